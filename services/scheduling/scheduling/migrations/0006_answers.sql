-- One rendering of an appointment, for the booking's stored answer and for every list.

CREATE FUNCTION appointment_json(p_appointment appointments) RETURNS jsonb LANGUAGE sql STABLE AS $$
    SELECT jsonb_build_object(
        'id', p_appointment.appointment_id,
        'folio', p_appointment.folio,
        'member', jsonb_build_object(
            'id', p_appointment.member_id,
            'name', coalesce(
                (SELECT display_name FROM member_descriptions
                 WHERE member_id = p_appointment.member_id), '')),
        'doctor', (
            SELECT jsonb_build_object('id', doctor_id, 'name', name, 'shift', shift)
            FROM doctors WHERE doctor_id = p_appointment.doctor_id),
        'service', (
            SELECT jsonb_build_object('code', code, 'name', name)
            FROM services WHERE code = p_appointment.service),
        'unit', jsonb_build_object(
            'code', unit.code, 'name', unit.name, 'address', unit.address, 'phone', unit.phone),
        'starts_at', rfc3339_in(p_appointment.starts_at, unit.zone),
        'ends_at', rfc3339_in(p_appointment.ends_at, unit.zone),
        'state', p_appointment.state,
        'by', p_appointment.by,
        'channel', p_appointment.channel,
        'version', p_appointment.version
    )
    FROM units AS unit WHERE unit.code = p_appointment.unit
$$;

-- The public fact of an appointment: the same core fields in each of its events.
CREATE FUNCTION appointment_fact(p_appointment appointments) RETURNS text LANGUAGE sql STABLE AS $$
    SELECT '{"appointment_id":"' || p_appointment.appointment_id
        || '","member_id":"' || p_appointment.member_id
        || '","family_id":"' || p_appointment.family_id
        || '","unit":' || json_text(p_appointment.unit)
        || ',"starts_at":"' || rfc3339(p_appointment.starts_at)
        || '","ends_at":"' || rfc3339(p_appointment.ends_at)
        || '","channel":"' || p_appointment.channel
        || '","state":"' || p_appointment.state
        || '","by":"' || p_appointment.by
        || '","reason":' || json_text(p_appointment.reason) || '}'
$$;

-- The private fact: the specialty is health data.
CREATE FUNCTION appointment_description(p_appointment appointments) RETURNS text
LANGUAGE sql STABLE AS $$
    SELECT '{"appointment_id":"' || p_appointment.appointment_id
        || '","doctor_id":"' || p_appointment.doctor_id
        || '","service":' || json_text(p_appointment.service) || '}'
$$;
