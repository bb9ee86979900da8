-- The event envelope for changes that SQL makes: the same bytes as shared/outbox.py writes.

CREATE FUNCTION rfc3339(at timestamptz) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN regexp_replace(
        to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US'), '\.000000$', ''
    ) || 'Z';

-- A JSON string, or null: json_build_object would put blanks that Python doesn't.
CREATE FUNCTION json_text(value text) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN coalesce(to_json(value)::text, 'null');

-- `key` is the fact's routing key of version 1, `data` its JSON text with fields in their order.
CREATE FUNCTION cloudevent(
    event_id uuid, key text, version integer, subject uuid, at timestamptz, sequence bigint,
    traceparent text, data text
) RETURNS text
    LANGUAGE sql STABLE PARALLEL SAFE
    RETURN '{"specversion":"1.0","id":"' || event_id
        || '","source":"/' || split_part(key, '.', 1)
        || '","type":"mx.sisa.' || key || '.v' || version
        || '","subject":"' || subject
        || '","time":"' || rfc3339(at)
        || '","dataschema":"/events/schemas/' || key || '.v' || version || '.json'
        || '","datacontenttype":"application/json","sequence":"'
        || lpad(sequence::text, 10, '0') || '"'
        || CASE WHEN traceparent IS NULL THEN ''
                ELSE ',"traceparent":' || json_text(traceparent) END
        || ',"data":' || data || '}';
