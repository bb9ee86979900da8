-- How staff find a person (R-33): by number, by name without accents, by an appointment's folio.

-- The words of a name as they are compared: without accents, in small letters, punctuation apart.
-- Own text functions and no extension: `unaccent` is not immutable and reads a file of the server.
CREATE FUNCTION name_words(p_name text) RETURNS text[]
    LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN array_remove(regexp_split_to_array(
        lower(regexp_replace(normalize(p_name, NFKD), U&'[\0300-\036F]', '', 'g') COLLATE "C"),
        U&'[!-/:-@[-`{-~[:space:]\2000-\206F]+'), '');

-- Every word given must begin one of the name's, in whatever order; NULL when none was given.
CREATE FUNCTION name_query(p_text text) RETURNS tsquery
LANGUAGE sql STABLE STRICT AS $$
    SELECT string_agg(quote_literal(word) || ':*', ' & ')::tsquery
    FROM unnest(name_words(p_text)) AS word
$$;

CREATE INDEX members_by_name ON member_descriptions
    USING gin (array_to_tsvector(name_words(display_name)));
CREATE INDEX members_by_number ON member_descriptions (affiliation_number);
