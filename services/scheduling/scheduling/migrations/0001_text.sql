-- How SQL writes what leaves the database, beside the chassis's own rfc3339 and cloudevent.

-- An instant in a zone with its offset, `2026-12-01T09:30:00-08:00`; fractions only where any.
CREATE FUNCTION rfc3339_in(p_at timestamptz, p_zone text) RETURNS text
LANGUAGE sql STABLE STRICT AS $$
    SELECT to_char(local, 'YYYY-MM-DD"T"HH24:MI:SS')
        || CASE WHEN date_trunc('second', local) = local THEN '' ELSE to_char(local, '.US') END
        || CASE WHEN east = interval '0' THEN 'Z'
                WHEN east < interval '0' THEN '-' || to_char(-east, 'HH24:MI')
                ELSE '+' || to_char(east, 'HH24:MI') END
    FROM (SELECT p_at AT TIME ZONE p_zone AS local,
                 (p_at AT TIME ZONE p_zone) - (p_at AT TIME ZONE 'UTC') AS east) AS wall
$$;

-- Puts a fact into the outbox as shared.outbox.add does: same envelope, same columns.
CREATE FUNCTION add_event(
    p_event_id uuid, p_exchange text, p_routing_key text, p_subject uuid, p_sequence integer,
    p_traceparent text, p_now timestamptz, p_data text
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO outbox (event_id, exchange, routing_key, body)
    VALUES (p_event_id, p_exchange, p_routing_key,
            cloudevent(p_event_id, p_routing_key, 1, p_subject, p_now, p_sequence,
                       p_traceparent, p_data))
$$;
