-- What the institute loads by commands: medicines that doctors choose from, codes of diagnoses.
-- `search` holds the same words in small letters without accents.

CREATE TABLE medications (
    code text PRIMARY KEY,
    name text NOT NULL,
    presentation text NOT NULL,
    search text NOT NULL
);

CREATE TABLE diagnoses (
    code text PRIMARY KEY,
    label text NOT NULL,
    search text NOT NULL
);
