-- Functions of one session, which replace text by text of the same shape. The same text becomes the same everywhere, so that
-- what belonged together still does; the key is random for each copy, and nobody keeps it.

CREATE FUNCTION pg_temp.letters(value text, length integer) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT left(repeat(translate(md5(current_setting('waymark.key') || lower(value)), '0123456789', 'ghijklmnop'), length / 32 + 1), length)
$$;

CREATE FUNCTION pg_temp.replaced_word(word text, least_length integer, most integer) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    length integer := least(greatest(char_length(word), least_length), coalesce(most, 2147483647));
    letters text := pg_temp.letters(word, length);
BEGIN
    IF char_length(word) > 1 AND word = upper(word) AND word <> lower(word) THEN
        RETURN upper(letters);
    ELSIF left(word, 1) <> lower(left(word, 1)) THEN
        RETURN upper(left(letters, 1)) || substr(letters, 2);
    END IF;
    RETURN letters;
END
$$;

-- Emails and addresses of pages become such of example.invalid, up to four words become other words of the same lengths, and of
-- a longer text only the spaces and punctuation stay. What has to be unique becomes one long word.
CREATE FUNCTION pg_temp.replaced(value text, most integer, is_unique boolean) RETURNS text LANGUAGE plpgsql IMMUTABLE AS $$
BEGIN
    IF value IS NULL OR value = '' THEN
        RETURN value;
    ELSIF value ~ '^[a-z_]+:[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' THEN
        RETURN value; -- a reference to a row, such as that of a payment in the ledger
    ELSIF value ~ '^\s*[^@\s<>]+@[^@\s<>]+\s*$' THEN
        RETURN left(pg_temp.letters(trim(value), 20) || '@example.invalid', coalesce(most, 2147483647));
    ELSIF value ~* '^[a-z][a-z0-9+.-]*://' THEN
        RETURN left('https://example.invalid/' || pg_temp.letters(value, 16), coalesce(most, 2147483647));
    ELSIF value !~ '\s' OR is_unique THEN
        RETURN pg_temp.replaced_word(value, 12, most);
    ELSIF char_length(value) <= 80 AND array_length(regexp_split_to_array(trim(value), '\s+'), 1) <= 4 THEN
        RETURN (
            SELECT string_agg(pg_temp.replaced_word(word, 1, NULL), ' ' ORDER BY place)
            FROM regexp_split_to_table(trim(value), '\s+') WITH ORDINALITY AS words (word, place)
        );
    END IF;
    RETURN regexp_replace(value, '[^\s!-/:-@\[-`{-~]', 'x', 'g');
END
$$;

-- In JSON, codes, sums, dates and the ids of rows stay, since the program reads them.
CREATE FUNCTION pg_temp.replaced_json(value jsonb, name text) RETURNS jsonb LANGUAGE plpgsql IMMUTABLE AS $$
DECLARE
    text text;
BEGIN
    CASE jsonb_typeof(value)
    WHEN 'object' THEN
        RETURN (SELECT coalesce(jsonb_object_agg(key, pg_temp.replaced_json(item, key)), '{}') FROM jsonb_each(value) AS items (key, item));
    WHEN 'array' THEN
        RETURN (
            SELECT coalesce(jsonb_agg(pg_temp.replaced_json(item, name) ORDER BY place), '[]')
            FROM jsonb_array_elements(value) WITH ORDINALITY AS items (item, place)
        );
    WHEN 'string' THEN
        text := value #>> '{}';
        IF name IN ('kind', 'state', 'status', 'currency', 'country', 'category', 'rate', 'type', 'verb', 'code', 'timezone')
            OR text ~ '^-?\d+\.\d+$' OR text ~ '^\d{4}-\d\d-\d\d(T[0-9:.+Z-]*)?$'
            OR text ~ '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$' THEN
            RETURN value;
        END IF;
        RETURN to_jsonb(pg_temp.replaced(text, NULL, false));
    ELSE
        RETURN value;
    END CASE;
END
$$;
