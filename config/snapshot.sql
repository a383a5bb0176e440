-- Written by manage.py record_snapshot. Sources: fd1ac49ab56019078050262acfaa97ee962a2e7c841fda9b179a40a3c53dd2da
CREATE EXTENSION IF NOT EXISTS btree_gist WITH SCHEMA public;


CREATE EXTENSION IF NOT EXISTS pg_trgm WITH SCHEMA public;


CREATE EXTENSION IF NOT EXISTS unaccent WITH SCHEMA public;


CREATE FUNCTION public.bookings_events_are_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND NEW.reason = '' AND to_jsonb(NEW) - 'reason' = to_jsonb(OLD) - 'reason' THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'booking events are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;


CREATE FUNCTION public.core_audit_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF (TG_OP = 'DELETE' AND current_setting('waymark.audit_change', true) = 'retention')
        OR (TG_OP = 'UPDATE' AND current_setting('waymark.audit_change', true) = 'erasure') THEN
        RETURN NULL;
    END IF;
    RAISE EXCEPTION 'audit entries are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;


CREATE FUNCTION public.count_stars(builder uuid, stars integer, difference integer) RETURNS void
    LANGUAGE sql
    AS $$
    INSERT INTO bookings_starcount (builder_id, counts)
    SELECT builder, array_agg(CASE WHEN place = stars THEN difference ELSE 0 END ORDER BY place)
    FROM generate_series(1, 5) AS place
    ON CONFLICT (builder_id) DO UPDATE SET counts[stars] = bookings_starcount.counts[stars] + difference;
$$;


CREATE FUNCTION public.count_stars_of_booking() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM count_stars(builder_id, rating, CASE WHEN NEW.state = 'COMPLETED' THEN 1 ELSE -1 END)
    FROM bookings_review
    WHERE booking_id = NEW.id AND side = 'client' AND published_at IS NOT NULL AND hidden_at IS NULL;
    RETURN NULL;
END $$;


CREATE FUNCTION public.count_stars_of_review() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    was_shown boolean := false;
    is_shown boolean := false;
BEGIN
    IF TG_OP <> 'INSERT' THEN
        was_shown := OLD.side = 'client' AND OLD.published_at IS NOT NULL AND OLD.hidden_at IS NULL;
    END IF;
    IF TG_OP <> 'DELETE' THEN
        is_shown := NEW.side = 'client' AND NEW.published_at IS NOT NULL AND NEW.hidden_at IS NULL;
    END IF;
    IF NOT was_shown AND NOT is_shown OR was_shown AND is_shown AND OLD.rating = NEW.rating THEN
        RETURN NULL;
    END IF;
    PERFORM 1 FROM bookings_booking WHERE id = coalesce(NEW.booking_id, OLD.booking_id) AND state = 'COMPLETED' FOR SHARE;
    IF NOT FOUND THEN
        RETURN NULL;
    END IF;
    IF was_shown THEN
        PERFORM count_stars(OLD.builder_id, OLD.rating, -1);
    END IF;
    IF is_shown THEN
        PERFORM count_stars(NEW.builder_id, NEW.rating, 1);
    END IF;
    RETURN NULL;
END $$;


CREATE FUNCTION public.fill_builder_of_review() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    SELECT builder_id INTO NEW.builder_id FROM bookings_booking WHERE id = NEW.booking_id;
    RETURN NEW;
END $$;


CREATE FUNCTION public.payments_account_is_fixed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'accounts of the ledger keep their kind, owner and currency' USING ERRCODE = 'insufficient_privilege';
END $$;


CREATE FUNCTION public.payments_check_entry() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM payments_entry_balances(NEW.id);
    RETURN NULL;
END $$;


CREATE FUNCTION public.payments_check_leg() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    PERFORM payments_entry_balances(NEW.entry_id);
    RETURN NULL;
END $$;


CREATE FUNCTION public.payments_entry_balances(checked uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    legs integer;
    expected integer;
    reference text;
BEGIN
    SELECT entry.leg_count, entry.reference INTO expected, reference FROM payments_ledgerentry entry WHERE id = checked;
    SELECT count(*) INTO legs FROM payments_ledgerleg WHERE entry_id = checked;
    IF legs <> expected THEN
        RAISE EXCEPTION 'entry % has % legs instead of %', reference, legs, expected USING ERRCODE = 'check_violation';
    END IF;
    IF EXISTS (
        SELECT FROM payments_ledgerleg leg JOIN payments_ledgeraccount account ON account.id = leg.account_id
        WHERE leg.entry_id = checked GROUP BY account.currency HAVING sum(leg.debit) <> sum(leg.credit)
    ) THEN
        RAISE EXCEPTION 'debits and credits of entry % differ', reference USING ERRCODE = 'check_violation';
    END IF;
END $$;


CREATE FUNCTION public.payments_invoices_are_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.keep_until < CURRENT_DATE THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'invoices are never changed, and kept until %', OLD.keep_until
        USING ERRCODE = 'insufficient_privilege';
END $$;


CREATE FUNCTION public.payments_ledger_is_append_only() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    RAISE EXCEPTION 'entries of the ledger are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;


CREATE FUNCTION public.payments_numbers_follow_each_other() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    IF NEW.last_number <> OLD.last_number + 1 OR (NEW.prefix, NEW.owner_id) IS DISTINCT FROM (OLD.prefix, OLD.owner_id)
    THEN
        RAISE EXCEPTION 'the numbers of series % follow each other', OLD.prefix
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;


CREATE FUNCTION public.scheduling_busy_time_changed() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    owner uuid;
BEGIN
    FOR owner IN SELECT DISTINCT builder_id FROM changed WHERE 
    kind = 'EXTERNAL' AND session_type_id IS NULL AND capacity = 1 AND buffer_before = 0 AND buffer_after = 0
 ORDER BY builder_id LOOP
        PERFORM scheduling_merge_busy_time_of(owner);
    END LOOP;
    RETURN NULL;
END $$;


CREATE FUNCTION public.scheduling_busy_time_updated() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
DECLARE
    owner uuid;
BEGIN
    FOR owner IN
        SELECT builder_id FROM before WHERE 
    kind = 'EXTERNAL' AND session_type_id IS NULL AND capacity = 1 AND buffer_before = 0 AND buffer_after = 0

        UNION SELECT builder_id FROM changed WHERE 
    kind = 'EXTERNAL' AND session_type_id IS NULL AND capacity = 1 AND buffer_before = 0 AND buffer_after = 0
 ORDER BY builder_id
    LOOP
        PERFORM scheduling_merge_busy_time_of(owner);
    END LOOP;
    RETURN NULL;
END $$;


CREATE FUNCTION public.scheduling_merge_busy_time_of(owner uuid) RETURNS void
    LANGUAGE plpgsql
    AS $$
DECLARE
    merged tstzmultirange;
    shortest integer;
    gap interval;
BEGIN
    PERFORM pg_advisory_xact_lock(hashtextextended('merged busy time of ' || owner, 0));
    SELECT range_agg(during) INTO merged FROM scheduling_reservation
    WHERE builder_id = owner AND released_at IS NULL AND kind IN ('EXTERNAL', 'TIME_OFF') AND 
    kind = 'EXTERNAL' AND session_type_id IS NULL AND capacity = 1 AND buffer_before = 0 AND buffer_after = 0

      AND during && tstzrange(now() - interval '60 days', NULL);
    IF merged IS NULL THEN
        DELETE FROM scheduling_mergedbusytime WHERE builder_id = owner;
        RETURN;
    END IF;
    FOREACH shortest IN ARRAY ARRAY[5, 15, 30, 45, 60, 90, 120] LOOP
        gap := make_interval(secs => shortest * 60 - 1);
        SELECT range_agg(tstzrange(lower(part), upper(part) - gap)) INTO merged FROM unnest((
            SELECT range_agg(tstzrange(lower(busy), upper(busy) + gap)) FROM unnest(merged) AS busy
        )) AS part;
        INSERT INTO scheduling_mergedbusytime (builder_id, minutes, times) VALUES (owner, shortest, merged)
        ON CONFLICT (builder_id, minutes) DO UPDATE SET times = excluded.times
        WHERE scheduling_mergedbusytime.times <> excluded.times;
    END LOOP;
END $$;


CREATE TABLE public.account_emailaddress (
    id integer NOT NULL,
    email character varying(254) NOT NULL,
    verified boolean NOT NULL,
    "primary" boolean NOT NULL,
    user_id uuid NOT NULL
);


ALTER TABLE public.account_emailaddress ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailaddress_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.account_emailconfirmation (
    id integer NOT NULL,
    created timestamp with time zone NOT NULL,
    sent timestamp with time zone,
    key character varying(64) NOT NULL,
    email_address_id integer NOT NULL
);


ALTER TABLE public.account_emailconfirmation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.account_emailconfirmation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.accounts_actingsession (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reason character varying(500) NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    "end" character varying(10) NOT NULL,
    person_id uuid NOT NULL,
    staff_id uuid NOT NULL,
    CONSTRAINT act_as_another_person CHECK ((NOT (staff_id = person_id))),
    CONSTRAINT acting_ended_with_its_cause CHECK ((((("end")::text = ''::text) AND (ended_at IS NULL)) OR ((ended_at IS NOT NULL) AND (NOT (("end")::text = ''::text)))))
);


CREATE TABLE public.accounts_addresschange (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    user_id uuid NOT NULL
);


CREATE TABLE public.accounts_apitoken (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    digest character varying(64) NOT NULL,
    hint character varying(12) NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    user_id uuid NOT NULL,
    scopes character varying(10)[] NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    reminded_at timestamp with time zone,
    CONSTRAINT token_has_known_scopes CHECK (((scopes <@ ARRAY['read'::character varying(10), 'book'::character varying(10), 'manage'::character varying(10)]) AND (
CASE
    WHEN (scopes IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(scopes, 1), 0)
END > 0)))
);


CREATE TABLE public.accounts_builderapplication (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    headline character varying(120) NOT NULL,
    message text NOT NULL,
    state character varying(10) NOT NULL,
    decided_at timestamp with time zone,
    reason character varying(500) NOT NULL,
    decided_by_id uuid,
    user_id uuid NOT NULL,
    CONSTRAINT decided_at_when_decided CHECK ((((decided_at IS NULL) AND (decided_by_id IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (decided_at IS NOT NULL))))
);


CREATE TABLE public.accounts_builderprofile (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL,
    slug character varying(80) NOT NULL,
    headline character varying(120) NOT NULL,
    bio text NOT NULL,
    sort_name character varying(80) NOT NULL,
    is_published boolean NOT NULL,
    latitude numeric(9,6),
    longitude numeric(9,6),
    hidden_at timestamp with time zone,
    hidden_reason character varying(500) NOT NULL,
    meeting_url character varying(500) NOT NULL,
    phone character varying(32) NOT NULL,
    shows_email boolean NOT NULL,
    languages character varying(2)[] NOT NULL,
    has_zoom boolean NOT NULL,
    calendly_url character varying(500) DEFAULT ''::character varying NOT NULL,
    how_to_pay text NOT NULL,
    embed_sites character varying(500)[] DEFAULT '{}'::character varying(500)[] NOT NULL,
    CONSTRAINT both_coordinates_or_none CHECK ((((latitude IS NULL) AND (longitude IS NULL)) OR (((latitude >= ('-90'::integer)::numeric) AND (latitude <= (90)::numeric)) AND ((longitude >= ('-180'::integer)::numeric) AND (longitude <= (180)::numeric)))))
);


CREATE TABLE public.accounts_builderprofile_roles (
    id bigint NOT NULL,
    builderprofile_id uuid NOT NULL,
    professionalrole_id character varying(40) NOT NULL
);


ALTER TABLE public.accounts_builderprofile_roles ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_builderprofile_roles_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.accounts_clientprofile (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    user_id uuid NOT NULL,
    about text NOT NULL
);


CREATE TABLE public.accounts_dataexport (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    state character varying(10) NOT NULL,
    done smallint NOT NULL,
    steps smallint NOT NULL,
    archive character varying(100) NOT NULL,
    ready_at timestamp with time zone,
    expires_at timestamp with time zone,
    person_id uuid NOT NULL,
    CONSTRAINT accounts_dataexport_done_check CHECK ((done >= 0)),
    CONSTRAINT accounts_dataexport_steps_check CHECK ((steps >= 0))
);


CREATE TABLE public.accounts_joininvitation (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    note character varying(120) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    used_at timestamp with time zone,
    revoked_at timestamp with time zone,
    invited_by_id uuid,
    used_by_id uuid,
    CONSTRAINT used_invitation_has_its_time CHECK (((used_by_id IS NULL) OR (used_at IS NOT NULL)))
);


CREATE TABLE public.accounts_member (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    member_key character varying(255) NOT NULL,
    member_status character varying(8) NOT NULL,
    member_type character varying(40) NOT NULL,
    full_name character varying(150) NOT NULL,
    email character varying(80) NOT NULL,
    designations character varying(60)[] NOT NULL,
    license_number character varying(50) NOT NULL,
    license_state character varying(2) NOT NULL,
    license_expires date,
    company_name character varying(255) NOT NULL,
    office_name character varying(255) NOT NULL,
    shows_on_profile boolean NOT NULL,
    key_folded character varying(255) NOT NULL,
    license_folded character varying(60) NOT NULL,
    name_folded character varying(160) NOT NULL,
    company_folded character varying(260) NOT NULL,
    block character varying(8) NOT NULL,
    words text NOT NULL,
    reminded_expiry date,
    reminded_days smallint,
    merged_into_id uuid,
    person_id uuid,
    CONSTRAINT accounts_member_reminded_days_check CHECK ((reminded_days >= 0)),
    CONSTRAINT merged_member_has_no_person CHECK (((merged_into_id IS NULL) OR ((person_id IS NULL) AND (NOT ((merged_into_id = id) AND (merged_into_id IS NOT NULL)))))),
    CONSTRAINT reminded_both_or_neither CHECK ((((reminded_days IS NULL) AND (reminded_expiry IS NULL)) OR ((reminded_days IS NOT NULL) AND (reminded_expiry IS NOT NULL))))
);


CREATE TABLE public.accounts_memberchange (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    field character varying(40) NOT NULL,
    before text NOT NULL,
    after text NOT NULL,
    source character varying(8) NOT NULL,
    changed_by_id uuid,
    member_id uuid NOT NULL
);


CREATE TABLE public.accounts_memberduplicate (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reason character varying(8) NOT NULL,
    likeness numeric(3,2) NOT NULL,
    dismissed_at timestamp with time zone,
    dismissed_by_id uuid,
    first_id uuid NOT NULL,
    second_id uuid NOT NULL,
    CONSTRAINT pair_of_members_in_order CHECK ((first_id < second_id))
);


CREATE TABLE public.accounts_memberimport (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(100) NOT NULL,
    file character varying(100) NOT NULL,
    state character varying(8) NOT NULL,
    allows_incomplete boolean NOT NULL,
    rows integer NOT NULL,
    done integer NOT NULL,
    added integer NOT NULL,
    changed integer NOT NULL,
    unchanged integer NOT NULL,
    faulty integer NOT NULL,
    errors jsonb NOT NULL,
    ignored character varying(80)[] NOT NULL,
    finished_at timestamp with time zone,
    imported_by_id uuid NOT NULL,
    CONSTRAINT accounts_memberimport_added_check CHECK ((added >= 0)),
    CONSTRAINT accounts_memberimport_changed_check CHECK ((changed >= 0)),
    CONSTRAINT accounts_memberimport_done_check CHECK ((done >= 0)),
    CONSTRAINT accounts_memberimport_faulty_check CHECK ((faulty >= 0)),
    CONSTRAINT accounts_memberimport_rows_check CHECK ((rows >= 0)),
    CONSTRAINT accounts_memberimport_unchanged_check CHECK ((unchanged >= 0))
);


CREATE TABLE public.accounts_membermerge (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reason character varying(500) NOT NULL,
    before jsonb NOT NULL,
    after jsonb NOT NULL,
    moved_person boolean NOT NULL,
    undone_at timestamp with time zone,
    dropped_id uuid NOT NULL,
    kept_id uuid NOT NULL,
    merged_by_id uuid NOT NULL,
    undone_by_id uuid,
    CONSTRAINT no_merge_with_itself CHECK ((NOT (kept_id = dropped_id)))
);


CREATE TABLE public.accounts_notification (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    event character varying(150) NOT NULL,
    kind character varying(40) NOT NULL,
    title character varying(140) NOT NULL,
    text character varying(500) NOT NULL,
    url character varying(300) NOT NULL,
    read_at timestamp with time zone,
    person_id uuid NOT NULL
);


CREATE TABLE public.accounts_place (
    id integer NOT NULL,
    name character varying(80) NOT NULL,
    region character varying(40) NOT NULL,
    country character varying(60) NOT NULL,
    country_code character varying(2) NOT NULL,
    latitude numeric(9,6) NOT NULL,
    longitude numeric(9,6) NOT NULL,
    timezone character varying(64) NOT NULL,
    population integer NOT NULL,
    names text NOT NULL,
    is_offered boolean DEFAULT true NOT NULL,
    CONSTRAINT accounts_place_id_check CHECK ((id >= 0)),
    CONSTRAINT accounts_place_population_check CHECK ((population >= 0))
);


CREATE TABLE public.accounts_professionalrole (
    slug character varying(40) NOT NULL,
    name character varying(40) NOT NULL,
    "position" smallint NOT NULL,
    is_offered boolean NOT NULL,
    CONSTRAINT accounts_professionalrole_position_check CHECK (("position" >= 0))
);


CREATE TABLE public.accounts_rolegrant (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    role character varying(20) NOT NULL,
    reason character varying(500) NOT NULL,
    revoked_at timestamp with time zone,
    revoke_reason character varying(500) NOT NULL,
    granted_by_id uuid,
    revoked_by_id uuid,
    user_id uuid NOT NULL,
    CONSTRAINT revoked_by_only_when_revoked CHECK (((revoked_at IS NOT NULL) OR (((revoke_reason)::text = ''::text) AND (revoked_by_id IS NULL))))
);


CREATE TABLE public.accounts_signup (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    email character varying(254) NOT NULL,
    display_name character varying(80) NOT NULL,
    password character varying(128) NOT NULL,
    timezone character varying(64) NOT NULL,
    hour_format character varying(2) NOT NULL,
    next_path character varying(1000) NOT NULL,
    browser character varying(64) NOT NULL,
    invitation_id uuid
);


CREATE TABLE public.accounts_user (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    password character varying(128) NOT NULL,
    last_login timestamp with time zone,
    email character varying(254) NOT NULL,
    display_name character varying(80) NOT NULL,
    timezone character varying(64) NOT NULL,
    is_active boolean NOT NULL,
    wants_mail boolean NOT NULL,
    wants_notifications boolean NOT NULL,
    wants_reminders boolean NOT NULL,
    avatar character varying(100) NOT NULL,
    place_id integer,
    hour_format character varying(2) CONSTRAINT accounts_user_clock_not_null NOT NULL,
    declined_zones character varying(64)[] NOT NULL,
    zone_is_chosen boolean NOT NULL,
    CONSTRAINT email_is_lower_case CHECK (((email)::text = lower((email)::text)))
);


CREATE TABLE public.accounts_user_groups (
    id bigint NOT NULL,
    user_id uuid NOT NULL,
    group_id integer NOT NULL
);


ALTER TABLE public.accounts_user_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.accounts_user_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.auth_group (
    id integer NOT NULL,
    name character varying(150) NOT NULL
);


ALTER TABLE public.auth_group ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.auth_group_permissions (
    id bigint NOT NULL,
    group_id integer NOT NULL,
    permission_id integer NOT NULL
);


ALTER TABLE public.auth_group_permissions ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_group_permissions_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.auth_permission (
    id integer NOT NULL,
    name character varying(255) NOT NULL,
    content_type_id integer NOT NULL,
    codename character varying(100) NOT NULL
);


ALTER TABLE public.auth_permission ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.auth_permission_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.bookings_answer (
    id bigint NOT NULL,
    label character varying(200) NOT NULL,
    kind character varying(10) NOT NULL,
    value text NOT NULL,
    question_id uuid NOT NULL,
    booking_id uuid NOT NULL
);


ALTER TABLE public.bookings_answer ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bookings_answer_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.bookings_booking (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reference character varying(9) NOT NULL,
    calendar_uid character varying(120) NOT NULL,
    title character varying(80) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    previous_start timestamp with time zone,
    state character varying(12) NOT NULL,
    version integer NOT NULL,
    sequence integer NOT NULL,
    rate numeric(14,4) NOT NULL,
    rate_type character varying(6) NOT NULL,
    total numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    tiers smallint[] NOT NULL,
    is_remote boolean NOT NULL,
    location character varying(300) NOT NULL,
    notes text NOT NULL,
    timezone character varying(64) NOT NULL,
    source character varying(8) NOT NULL,
    form_key uuid,
    link_generation smallint NOT NULL,
    needs_answer boolean NOT NULL,
    answer_by timestamp with time zone,
    confirmed_at timestamp with time zone,
    completed_at timestamp with time zone,
    cancelled_at timestamp with time zone,
    cancelled_by character varying(8) NOT NULL,
    cancel_reason character varying(500) NOT NULL,
    cancel_percent smallint NOT NULL,
    cancel_fee numeric(14,4) NOT NULL,
    builder_id uuid NOT NULL,
    client_id uuid,
    pathway_id uuid,
    seat_id uuid NOT NULL,
    session_type_id uuid NOT NULL,
    guest_id uuid,
    cancel_cause character varying(10) NOT NULL,
    contested_at timestamp with time zone,
    no_show_at timestamp with time zone,
    no_show_by character varying(8) NOT NULL,
    project_id uuid,
    decide_at timestamp with time zone,
    min_seats smallint NOT NULL,
    series_number smallint NOT NULL,
    series_id uuid,
    proof_due_at timestamp with time zone,
    meeting_url character varying(500) NOT NULL,
    in_person_at character varying(8) NOT NULL,
    awaits_client boolean DEFAULT false NOT NULL,
    zoom_url character varying(500) NOT NULL,
    meeting_id uuid,
    calendly_cancel_url character varying(300) DEFAULT ''::character varying NOT NULL,
    calendly_event_uri character varying(300) DEFAULT ''::character varying NOT NULL,
    calendly_reschedule_url character varying(300) DEFAULT ''::character varying NOT NULL,
    has_conflict boolean DEFAULT false NOT NULL,
    is_arranged_on_calendly boolean DEFAULT false NOT NULL,
    payment_due_at timestamp with time zone,
    payment_timing character varying(13) DEFAULT 'outside'::character varying NOT NULL,
    splits jsonb DEFAULT '[]'::jsonb NOT NULL,
    breakdown jsonb DEFAULT '[]'::jsonb NOT NULL,
    credit_grant_id uuid,
    came_by character varying(5) DEFAULT ''::character varying NOT NULL,
    utm_campaign character varying(100) DEFAULT ''::character varying NOT NULL,
    utm_medium character varying(100) DEFAULT ''::character varying NOT NULL,
    utm_source character varying(100) DEFAULT ''::character varying NOT NULL,
    answered_at timestamp with time zone,
    upheld_at timestamp with time zone,
    CONSTRAINT a_booking_lasts CHECK ((starts_at < ends_at)),
    CONSTRAINT answered_by_while_pending CHECK ((((answer_by IS NOT NULL) AND ((state)::text = 'PENDING'::text)) OR ((NOT ((state)::text = 'PENDING'::text)) AND (answer_by IS NULL)))),
    CONSTRAINT booking_money_is_possible CHECK (((cancel_fee >= (0)::numeric) AND (cancel_fee <= total) AND (rate >= (0)::numeric) AND (total >= (0)::numeric))),
    CONSTRAINT bookings_booking_cancel_percent_check CHECK ((cancel_percent >= 0)),
    CONSTRAINT bookings_booking_link_generation_check CHECK ((link_generation >= 0)),
    CONSTRAINT bookings_booking_min_seats_check CHECK ((min_seats >= 0)),
    CONSTRAINT bookings_booking_sequence_check CHECK ((sequence >= 0)),
    CONSTRAINT bookings_booking_series_number_check CHECK ((series_number >= 0)),
    CONSTRAINT bookings_booking_version_check CHECK ((version >= 0)),
    CONSTRAINT cancelled_at_with_cancelled_by CHECK ((((cancelled_at IS NOT NULL) AND ((state)::text = 'CANCELLED'::text) AND (NOT ((cancelled_by)::text = ''::text))) OR ((NOT ((state)::text = 'CANCELLED'::text)) AND (cancelled_at IS NULL) AND ((cancelled_by)::text = ''::text)))),
    CONSTRAINT confirmed_has_its_time CHECK (((NOT ((state)::text = ANY ((ARRAY['CONFIRMED'::character varying, 'IN_PROGRESS'::character varying])::text[]))) OR (confirmed_at IS NOT NULL))),
    CONSTRAINT no_show_with_its_time CHECK ((((contested_at IS NULL) AND (no_show_at IS NULL) AND ((no_show_by)::text = ''::text)) OR ((NOT ((no_show_by)::text = ''::text)) AND (no_show_at IS NOT NULL)))),
    CONSTRAINT payment_is_due_before_it_counts CHECK (((payment_due_at IS NULL) OR (((payment_timing)::text = 'at_booking'::text) AND ((state)::text = ANY ((ARRAY['PENDING'::character varying, 'CANCELLED'::character varying])::text[]))))),
    CONSTRAINT proof_is_due_before_it_counts CHECK (((proof_due_at IS NULL) OR ((guest_id IS NOT NULL) AND ((state)::text = ANY ((ARRAY['PENDING'::character varying, 'CANCELLED'::character varying])::text[]))))),
    CONSTRAINT somebody_booked CHECK (((client_id IS NOT NULL) OR (guest_id IS NOT NULL))),
    CONSTRAINT upheld_after_it_was_contested CHECK (((upheld_at IS NULL) OR (contested_at IS NOT NULL)))
);


CREATE TABLE public.bookings_bookingattempt (
    id bigint NOT NULL,
    day date NOT NULL,
    visitor character varying(40) NOT NULL,
    channel character varying(6) NOT NULL,
    minutes integer NOT NULL,
    value numeric(14,4),
    currency character varying(3) NOT NULL,
    started_at timestamp with time zone NOT NULL,
    details_at timestamp with time zone,
    completed_at timestamp with time zone,
    failed_at timestamp with time zone,
    reason character varying(40) NOT NULL,
    booking_id uuid,
    builder_id uuid NOT NULL,
    session_type_id uuid NOT NULL,
    CONSTRAINT bookings_bookingattempt_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT failed_with_its_reason CHECK ((((failed_at IS NULL) AND ((reason)::text = ''::text)) OR ((failed_at IS NOT NULL) AND (NOT ((reason)::text = ''::text)))))
);


ALTER TABLE public.bookings_bookingattempt ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bookings_bookingattempt_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.bookings_bookingevent (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    verb character varying(10) NOT NULL,
    before character varying(12) NOT NULL,
    after character varying(12) NOT NULL,
    side character varying(8) NOT NULL,
    reason character varying(500) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    started_at timestamp with time zone,
    sequence integer NOT NULL,
    fee numeric(14,4) NOT NULL,
    actor_id uuid,
    booking_id uuid NOT NULL,
    acting_as_id uuid,
    CONSTRAINT bookings_bookingevent_sequence_check CHECK ((sequence >= 0))
);


CREATE TABLE public.bookings_calendlyevent (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    uri character varying(300) NOT NULL,
    mark character varying(120) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    builder_id uuid NOT NULL
);


CREATE TABLE public.bookings_calendlyinvitee (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    uri character varying(300) NOT NULL,
    event_uri character varying(300) NOT NULL,
    is_current boolean NOT NULL,
    no_show_uri character varying(300) NOT NULL,
    answers jsonb NOT NULL,
    tracking jsonb NOT NULL,
    payment jsonb NOT NULL,
    booking_id uuid NOT NULL,
    builder_id uuid NOT NULL
);


CREATE TABLE public.bookings_clientnote (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    text text NOT NULL,
    is_shared boolean NOT NULL,
    builder_id uuid NOT NULL,
    client_id uuid NOT NULL
);


CREATE TABLE public.bookings_deliverable (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    title character varying(120) NOT NULL,
    kind character varying(4) NOT NULL,
    url character varying(500) NOT NULL,
    file character varying(100) NOT NULL,
    name character varying(120) NOT NULL,
    size bigint NOT NULL,
    version smallint NOT NULL,
    removed_at timestamp with time zone,
    added_by_id uuid NOT NULL,
    booking_id uuid NOT NULL,
    replaces_id uuid,
    CONSTRAINT a_file_or_a_link CHECK (((((kind)::text = 'file'::text) AND ((url)::text = ''::text) AND (NOT ((file)::text = ''::text)) AND (NOT ((name)::text = ''::text))) OR (((file)::text = ''::text) AND ((kind)::text = 'link'::text) AND ((name)::text = ''::text) AND (NOT ((url)::text = ''::text))))),
    CONSTRAINT bookings_deliverable_size_check CHECK ((size >= 0)),
    CONSTRAINT bookings_deliverable_version_check CHECK ((version >= 0))
);


CREATE TABLE public.bookings_draft (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    holder character varying(64) NOT NULL,
    details jsonb CONSTRAINT bookings_draft_told_not_null NOT NULL,
    person_id uuid,
    session_type_id uuid NOT NULL
);


CREATE TABLE public.bookings_guest (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    email character varying(254) NOT NULL,
    proven_at timestamp with time zone,
    wants_reminders boolean NOT NULL,
    hour_format character varying(2) CONSTRAINT bookings_guest_clock_not_null NOT NULL
);


CREATE TABLE public.bookings_guestmerge (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reason character varying(500) NOT NULL,
    bookings jsonb NOT NULL,
    undone_at timestamp with time zone,
    merged_by_id uuid NOT NULL,
    person_id uuid NOT NULL,
    undone_by_id uuid,
    messages jsonb NOT NULL,
    CONSTRAINT merge_undone_by_somebody CHECK ((((undone_at IS NULL) AND (undone_by_id IS NULL)) OR ((undone_at IS NOT NULL) AND (undone_by_id IS NOT NULL))))
);


CREATE TABLE public.bookings_meeting (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    host character varying(200) NOT NULL,
    external_id character varying(40) NOT NULL,
    join_url character varying(500) NOT NULL,
    state character varying(7) NOT NULL,
    error character varying(300) NOT NULL,
    is_anew boolean NOT NULL,
    topic character varying(200) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    minutes integer NOT NULL,
    tried_at timestamp with time zone,
    busy_until timestamp with time zone,
    runs jsonb NOT NULL,
    people jsonb NOT NULL,
    started_at timestamp with time zone,
    ended_at timestamp with time zone,
    host_joined_at timestamp with time zone,
    account_id uuid,
    builder_id uuid NOT NULL,
    CONSTRAINT a_made_meeting_has_its_link CHECK (((NOT ((state)::text = 'made'::text)) OR ((NOT ((external_id)::text = ''::text)) AND (NOT ((join_url)::text = ''::text))))),
    CONSTRAINT a_meeting_ends_after_it_started CHECK (((ended_at IS NULL) OR (started_at IS NOT NULL))),
    CONSTRAINT bookings_meeting_minutes_check CHECK ((minutes >= 0))
);


CREATE TABLE public.bookings_offered (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    state character varying(8) NOT NULL,
    answered_at timestamp with time zone,
    seat_id uuid NOT NULL,
    place_id uuid NOT NULL
);


CREATE TABLE public.bookings_place (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    minutes smallint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    weekdays smallint[] NOT NULL,
    from_minute smallint NOT NULL,
    to_minute smallint NOT NULL,
    timezone character varying(64) NOT NULL,
    details jsonb CONSTRAINT bookings_place_told_not_null NOT NULL,
    priority smallint NOT NULL,
    ended_at timestamp with time zone,
    "end" character varying(6) NOT NULL,
    client_id uuid NOT NULL,
    session_type_id uuid NOT NULL,
    CONSTRAINT bookings_place_from_minute_check CHECK ((from_minute >= 0)),
    CONSTRAINT bookings_place_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT bookings_place_to_minute_check CHECK ((to_minute >= 0)),
    CONSTRAINT days_in_order CHECK ((first_day <= last_day)),
    CONSTRAINT ended_with_why CHECK ((((("end")::text = ''::text) AND (ended_at IS NULL)) OR ((ended_at IS NOT NULL) AND (NOT (("end")::text = ''::text))))),
    CONSTRAINT hours_in_order CHECK (((from_minute < to_minute) AND (to_minute <= 1440)))
);


CREATE TABLE public.bookings_plannedsession (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    number smallint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    minutes smallint NOT NULL,
    booking_id uuid,
    seat_id uuid,
    session_type_id uuid NOT NULL,
    skill_id uuid,
    plan_id uuid NOT NULL,
    CONSTRAINT bookings_plannedsession_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT bookings_plannedsession_number_check CHECK ((number >= 0)),
    CONSTRAINT planned_session_lasts CHECK (((minutes >= 1) AND (number >= 1)))
);


CREATE TABLE public.bookings_preparation (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    agenda text NOT NULL,
    agenda_version integer NOT NULL,
    agenda_changed_at timestamp with time zone,
    agenda_changed_by character varying(8) NOT NULL,
    checked character varying(7)[] NOT NULL,
    booking_id uuid NOT NULL,
    CONSTRAINT a_changed_agenda_has_its_time CHECK ((((agenda = ''::text) AND (agenda_changed_at IS NULL) AND ((agenda_changed_by)::text = ''::text) AND (agenda_version = 0)) OR ((agenda_changed_at IS NOT NULL) AND (agenda_version > 0) AND (NOT ((agenda_changed_by)::text = ''::text))))),
    CONSTRAINT bookings_preparation_agenda_version_check CHECK ((agenda_version >= 0))
);


CREATE TABLE public.bookings_project (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    title character varying(80) NOT NULL,
    about text NOT NULL,
    closed_at timestamp with time zone,
    client_id uuid NOT NULL
);


CREATE TABLE public.bookings_proposal (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    sequence integer NOT NULL,
    booking_state character varying(12) NOT NULL,
    state character varying(8) NOT NULL,
    answered_at timestamp with time zone,
    booking_id uuid NOT NULL,
    event_id uuid NOT NULL,
    CONSTRAINT a_suggested_time_lasts CHECK ((starts_at < ends_at)),
    CONSTRAINT an_open_suggestion_has_no_answer CHECK ((((answered_at IS NULL) AND ((state)::text = 'open'::text)) OR ((NOT ((state)::text = 'open'::text)) AND (answered_at IS NOT NULL)))),
    CONSTRAINT bookings_proposal_sequence_check CHECK ((sequence >= 0))
);


CREATE TABLE public.bookings_review (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    side character varying(8) NOT NULL,
    rating smallint NOT NULL,
    text text NOT NULL,
    published_at timestamp with time zone,
    reply text NOT NULL,
    replied_at timestamp with time zone,
    reported_at timestamp with time zone,
    report character varying(500) NOT NULL,
    hidden_at timestamp with time zone,
    hidden_reason character varying(500) NOT NULL,
    author_id uuid,
    booking_id uuid NOT NULL,
    builder_id uuid,
    CONSTRAINT bookings_review_rating_check CHECK ((rating >= 0)),
    CONSTRAINT one_to_five_stars CHECK (((rating >= 1) AND (rating <= 5))),
    CONSTRAINT reply_with_its_time CHECK ((((replied_at IS NULL) AND (reply = ''::text)) OR ((NOT (reply = ''::text)) AND (replied_at IS NOT NULL))))
);


CREATE TABLE public.bookings_series (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    every_weeks smallint NOT NULL,
    count smallint NOT NULL,
    client_id uuid NOT NULL,
    session_type_id uuid NOT NULL,
    CONSTRAINT bookings_series_count_check CHECK ((count >= 0)),
    CONSTRAINT bookings_series_every_weeks_check CHECK ((every_weeks >= 0)),
    CONSTRAINT series_is_possible CHECK (((count >= 1) AND (every_weeks >= 1)))
);


CREATE TABLE public.bookings_sessionplan (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    state character varying(8) NOT NULL,
    version integer NOT NULL,
    timezone character varying(64) NOT NULL,
    weekdays smallint[] NOT NULL,
    earliest smallint NOT NULL,
    latest smallint NOT NULL,
    per_week smallint NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    most_sessions smallint NOT NULL,
    session_types uuid[] NOT NULL,
    minutes smallint,
    budget numeric(14,4),
    currency character varying(3) NOT NULL,
    details jsonb NOT NULL,
    held_until timestamp with time zone,
    booked_at timestamp with time zone,
    booked_sessions smallint NOT NULL,
    client_id uuid NOT NULL,
    pathway_id uuid,
    CONSTRAINT bookings_sessionplan_booked_sessions_check CHECK ((booked_sessions >= 0)),
    CONSTRAINT bookings_sessionplan_earliest_check CHECK ((earliest >= 0)),
    CONSTRAINT bookings_sessionplan_latest_check CHECK ((latest >= 0)),
    CONSTRAINT bookings_sessionplan_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT bookings_sessionplan_most_sessions_check CHECK ((most_sessions >= 0)),
    CONSTRAINT bookings_sessionplan_per_week_check CHECK ((per_week >= 0)),
    CONSTRAINT bookings_sessionplan_version_check CHECK ((version >= 0)),
    CONSTRAINT plan_has_hours CHECK (((earliest >= 0) AND (earliest < latest) AND (latest <= 1440))),
    CONSTRAINT plan_is_possible CHECK (((first_day <= last_day) AND ((most_sessions >= 1) AND (most_sessions <= 60)) AND ((per_week >= 1) AND (per_week <= 7)) AND (
CASE
    WHEN (session_types IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(session_types, 1), 0)
END >= 1) AND (
CASE
    WHEN (weekdays IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(weekdays, 1), 0)
END >= 1))),
    CONSTRAINT plan_is_proposed_or_booked CHECK ((((booked_at IS NOT NULL) AND (held_until IS NULL) AND ((state)::text = 'booked'::text)) OR ((booked_at IS NULL) AND (booked_sessions = 0) AND ((state)::text = 'proposed'::text))))
);


CREATE TABLE public.bookings_skillreport (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    side character varying(8) NOT NULL,
    status character varying(12) NOT NULL,
    booking_id uuid NOT NULL,
    person_id uuid NOT NULL,
    skill_id uuid NOT NULL
);


CREATE TABLE public.bookings_starcount (
    builder_id uuid NOT NULL,
    counts integer[] NOT NULL
);


CREATE TABLE public.bookings_statement (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    side character varying(8) NOT NULL,
    text text NOT NULL,
    file character varying(100) NOT NULL,
    name character varying(120) NOT NULL,
    size bigint NOT NULL,
    author_id uuid,
    booking_id uuid NOT NULL,
    CONSTRAINT bookings_statement_size_check CHECK ((size >= 0))
);


CREATE TABLE public.bookings_stepcount (
    id bigint NOT NULL,
    day date NOT NULL,
    channel character varying(6) CONSTRAINT bookings_stepcount_way_not_null NOT NULL,
    step character varying(9) NOT NULL,
    reason character varying(40) NOT NULL,
    count integer NOT NULL,
    builder_id uuid NOT NULL,
    CONSTRAINT bookings_stepcount_count_check CHECK ((count >= 0))
);


ALTER TABLE public.bookings_stepcount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.bookings_stepcount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.coaching_cancellationtier (
    id bigint NOT NULL,
    hours smallint NOT NULL,
    percent smallint NOT NULL,
    session_type_id uuid NOT NULL,
    CONSTRAINT coaching_cancellationtier_hours_check CHECK ((hours >= 0)),
    CONSTRAINT coaching_cancellationtier_percent_check CHECK ((percent >= 0)),
    CONSTRAINT tier_is_a_percentage CHECK (((percent >= 0) AND (percent <= 100)))
);


ALTER TABLE public.coaching_cancellationtier ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coaching_cancellationtier_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.coaching_offer (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    builder_id uuid NOT NULL,
    currency character varying(3) NOT NULL,
    hourly_rate numeric(14,4),
    day_rate numeric(14,4),
    day_minutes smallint NOT NULL,
    is_active boolean NOT NULL,
    default_duration smallint NOT NULL,
    allows_custom_duration boolean NOT NULL,
    minimum_duration smallint NOT NULL,
    maximum_duration smallint NOT NULL,
    early_tiers smallint[] DEFAULT '{}'::smallint[] NOT NULL,
    CONSTRAINT coaching_offer_day_minutes_check CHECK ((day_minutes >= 0)),
    CONSTRAINT coaching_offer_default_duration_check CHECK ((default_duration >= 0)),
    CONSTRAINT coaching_offer_maximum_duration_check CHECK ((maximum_duration >= 0)),
    CONSTRAINT coaching_offer_minimum_duration_check CHECK ((minimum_duration >= 0)),
    CONSTRAINT durations_are_possible CHECK ((((day_minutes >= 60) AND (day_minutes <= 1440)) AND ((default_duration >= 5) AND (default_duration <= 1440)) AND (maximum_duration <= 1440) AND (minimum_duration >= 5) AND (minimum_duration <= maximum_duration))),
    CONSTRAINT rates_are_not_negative CHECK ((((hourly_rate IS NULL) OR (hourly_rate >= (0)::numeric)) AND ((day_rate IS NULL) OR (day_rate >= (0)::numeric))))
);


CREATE TABLE public.coaching_offer_services (
    id bigint NOT NULL,
    offer_id uuid NOT NULL,
    service_id character varying(40) NOT NULL
);


ALTER TABLE public.coaching_offer_services ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coaching_offer_services_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.coaching_offeredduration (
    id bigint NOT NULL,
    minutes smallint NOT NULL,
    price numeric(14,4) NOT NULL,
    offer_id uuid NOT NULL,
    CONSTRAINT coaching_offeredduration_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT offered_duration_is_possible CHECK ((((minutes >= 5) AND (minutes <= 1440)) AND (price >= (0)::numeric)))
);


ALTER TABLE public.coaching_offeredduration ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coaching_offeredduration_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.coaching_package (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    title character varying(80) NOT NULL,
    session_types uuid[] NOT NULL,
    minutes smallint NOT NULL,
    sessions smallint NOT NULL,
    price numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    valid_days smallint NOT NULL,
    is_active boolean NOT NULL,
    builder_id uuid NOT NULL,
    CONSTRAINT coaching_package_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT coaching_package_sessions_check CHECK ((sessions >= 0)),
    CONSTRAINT coaching_package_valid_days_check CHECK ((valid_days >= 0)),
    CONSTRAINT package_is_possible CHECK (((price > (0)::numeric) AND ((sessions >= 2) AND (sessions <= 50)) AND (valid_days >= 7)))
);


CREATE TABLE public.coaching_packagepurchase (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    title character varying(80) NOT NULL,
    session_types uuid[] NOT NULL,
    minutes smallint NOT NULL,
    sessions smallint NOT NULL,
    price numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    valid_days smallint NOT NULL,
    reference character varying(9) NOT NULL,
    is_gift boolean NOT NULL,
    buyer_id uuid NOT NULL,
    grant_id uuid,
    package_id uuid NOT NULL,
    CONSTRAINT coaching_packagepurchase_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT coaching_packagepurchase_sessions_check CHECK ((sessions >= 0)),
    CONSTRAINT coaching_packagepurchase_valid_days_check CHECK ((valid_days >= 0)),
    CONSTRAINT purchase_has_a_price CHECK ((price > (0)::numeric))
);


CREATE TABLE public.coaching_priceshare (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    percent numeric(5,2) NOT NULL,
    status character varying(8) NOT NULL,
    answered_at timestamp with time zone,
    builder_id uuid NOT NULL,
    session_type_id uuid NOT NULL,
    CONSTRAINT price_share_is_a_part CHECK (((percent > (0)::numeric) AND (percent < (100)::numeric))),
    CONSTRAINT price_share_with_its_answer CHECK ((((answered_at IS NULL) AND ((status)::text = 'proposed'::text)) OR ((NOT ((status)::text = 'proposed'::text)) AND (answered_at IS NOT NULL))))
);


CREATE TABLE public.coaching_question (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    label character varying(200) NOT NULL,
    kind character varying(10) NOT NULL,
    options character varying(120)[] NOT NULL,
    is_required boolean NOT NULL,
    "position" smallint NOT NULL,
    is_asked boolean NOT NULL,
    session_type_id uuid NOT NULL,
    CONSTRAINT coaching_question_position_check CHECK (("position" >= 0)),
    CONSTRAINT only_dropdowns_have_options CHECK (((((kind)::text = 'dropdown'::text) AND (
CASE
    WHEN (options IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(options, 1), 0)
END >= 2)) OR ((NOT ((kind)::text = 'dropdown'::text)) AND (
CASE
    WHEN (options IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(options, 1), 0)
END = 0))))
);


CREATE TABLE public.coaching_service (
    slug character varying(40) NOT NULL,
    name character varying(60) NOT NULL,
    icon character varying(20) NOT NULL,
    "position" smallint NOT NULL,
    is_offered boolean NOT NULL,
    keywords character varying(300) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT coaching_service_position_check CHECK (("position" >= 0))
);


CREATE TABLE public.coaching_sessionduration (
    id bigint NOT NULL,
    minutes smallint NOT NULL,
    price numeric(14,4),
    session_type_id uuid NOT NULL,
    CONSTRAINT coaching_sessionduration_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT session_duration_is_possible CHECK ((((minutes >= 5) AND (minutes <= 1440)) AND ((price IS NULL) OR (price >= (0)::numeric))))
);


ALTER TABLE public.coaching_sessionduration ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coaching_sessionduration_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.coaching_sessiontype (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    title character varying(80) NOT NULL,
    description text NOT NULL,
    category character varying(12) NOT NULL,
    rate_types character varying(6)[] NOT NULL,
    default_minutes smallint NOT NULL,
    is_remote boolean NOT NULL,
    is_in_person boolean NOT NULL,
    address character varying(200) NOT NULL,
    auto_confirm boolean NOT NULL,
    seats smallint NOT NULL,
    slot_interval smallint,
    buffer_before smallint,
    buffer_after smallint,
    minimum_notice integer,
    horizon_days smallint,
    max_per_day smallint,
    colour character varying(8) NOT NULL,
    "position" smallint NOT NULL,
    is_active boolean NOT NULL,
    builder_id uuid NOT NULL,
    service_id character varying(40),
    decide_hours smallint NOT NULL,
    min_seats smallint NOT NULL,
    needs_proof boolean NOT NULL,
    meeting_url character varying(500) NOT NULL,
    in_person_at character varying(8) NOT NULL,
    travel_miles smallint,
    travel_after smallint,
    travel_before smallint,
    books_on_calendly boolean DEFAULT false NOT NULL,
    calendly_url character varying(500) DEFAULT ''::character varying NOT NULL,
    payment_timing character varying(13) DEFAULT 'outside'::character varying NOT NULL,
    splits jsonb DEFAULT '[]'::jsonb NOT NULL,
    early_tiers smallint[],
    tax_kind_id uuid,
    CONSTRAINT a_group_can_reach_its_least CHECK (((min_seats >= 1) AND (min_seats <= seats))),
    CONSTRAINT coaching_sessiontype_buffer_after_check CHECK ((buffer_after >= 0)),
    CONSTRAINT coaching_sessiontype_buffer_before_check CHECK ((buffer_before >= 0)),
    CONSTRAINT coaching_sessiontype_decide_hours_check CHECK ((decide_hours >= 0)),
    CONSTRAINT coaching_sessiontype_default_minutes_check CHECK ((default_minutes >= 0)),
    CONSTRAINT coaching_sessiontype_horizon_days_check CHECK ((horizon_days >= 0)),
    CONSTRAINT coaching_sessiontype_max_per_day_check CHECK ((max_per_day >= 0)),
    CONSTRAINT coaching_sessiontype_min_seats_check CHECK ((min_seats >= 0)),
    CONSTRAINT coaching_sessiontype_minimum_notice_check CHECK ((minimum_notice >= 0)),
    CONSTRAINT coaching_sessiontype_position_check CHECK (("position" >= 0)),
    CONSTRAINT coaching_sessiontype_seats_check CHECK ((seats >= 0)),
    CONSTRAINT coaching_sessiontype_slot_interval_check CHECK ((slot_interval >= 0)),
    CONSTRAINT coaching_sessiontype_travel_after_check CHECK ((travel_after >= 0)),
    CONSTRAINT coaching_sessiontype_travel_before_check CHECK ((travel_before >= 0)),
    CONSTRAINT coaching_sessiontype_travel_miles_check CHECK ((travel_miles >= 0)),
    CONSTRAINT rate_types_are_known CHECK (((rate_types <@ ARRAY['fixed'::character varying(6), 'hourly'::character varying(6), 'day'::character varying(6)]) AND (
CASE
    WHEN (rate_types IS NULL) THEN NULL::integer
    ELSE COALESCE(array_length(rate_types, 1), 0)
END >= 1))),
    CONSTRAINT session_is_somewhere CHECK ((is_remote OR is_in_person)),
    CONSTRAINT session_type_is_possible CHECK ((((default_minutes >= 5) AND (default_minutes <= 1440)) AND ((seats >= 1) AND (seats <= 200)) AND ((slot_interval IS NULL) OR ((slot_interval >= 5) AND (slot_interval <= 1440))) AND ((max_per_day IS NULL) OR (max_per_day >= 1))))
);


CREATE TABLE public.coaching_sessiontype_pathways (
    id bigint NOT NULL,
    sessiontype_id uuid NOT NULL,
    pathway_id uuid NOT NULL
);


ALTER TABLE public.coaching_sessiontype_pathways ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.coaching_sessiontype_pathways_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.connections_accountcalendar (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    address character varying(1000) NOT NULL,
    name character varying(100) NOT NULL,
    counts boolean NOT NULL,
    can_write boolean NOT NULL,
    is_written boolean NOT NULL,
    write_error character varying(300) NOT NULL,
    sync_token character varying(4000) NOT NULL,
    ctag character varying(200) NOT NULL,
    etags character varying(64) NOT NULL,
    connection_id uuid NOT NULL,
    CONSTRAINT written_if_it_can_be CHECK (((NOT is_written) OR can_write))
);


CREATE TABLE public.connections_calendlyaccount (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    organization_uri character varying(300) NOT NULL,
    email character varying(254) NOT NULL,
    scheduling_url character varying(300) NOT NULL,
    writes_bookings boolean NOT NULL,
    busy_read_at timestamp with time zone,
    webhook_uri character varying(300) NOT NULL,
    webhook_secret text NOT NULL,
    webhook_checked_at timestamp with time zone,
    webhook_error character varying(300) NOT NULL,
    account_id uuid NOT NULL,
    calendar_id uuid
);


CREATE TABLE public.connections_connection (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    service character varying(10) NOT NULL,
    name character varying(60) NOT NULL,
    host character varying(255) NOT NULL,
    secret text NOT NULL,
    counts_all_day boolean NOT NULL,
    when_unread character varying(7) NOT NULL,
    patience smallint NOT NULL,
    state character varying(7) NOT NULL,
    read_at timestamp with time zone,
    tried_at timestamp with time zone,
    next_read_at timestamp with time zone NOT NULL,
    failures smallint NOT NULL,
    error character varying(300) NOT NULL,
    warning character varying(300) NOT NULL,
    etag character varying(200) NOT NULL,
    modified character varying(60) NOT NULL,
    digest character varying(64) NOT NULL,
    expanded_at timestamp with time zone,
    owner_id uuid NOT NULL,
    account_id uuid,
    sealed_password text NOT NULL,
    username character varying(254) NOT NULL,
    ask_again_at timestamp with time zone,
    CONSTRAINT connections_connection_failures_check CHECK ((failures >= 0)),
    CONSTRAINT connections_connection_patience_check CHECK ((patience >= 0)),
    CONSTRAINT some_patience_with_a_connection CHECK ((patience >= 15))
);


CREATE TABLE public.connections_linkedaccount (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    service character varying(20) NOT NULL,
    kind character varying(6) NOT NULL,
    external_id character varying(200) NOT NULL,
    name character varying(200) NOT NULL,
    scopes text NOT NULL,
    secret text NOT NULL,
    refresh_secret text NOT NULL,
    expires_at timestamp with time zone,
    state character varying(6) NOT NULL,
    good_at timestamp with time zone,
    error character varying(300) NOT NULL,
    broken_at timestamp with time zone,
    owner_id uuid,
    CONSTRAINT broken_at_when_broken CHECK ((((broken_at IS NOT NULL) AND ((state)::text = 'broken'::text)) OR ((broken_at IS NULL) AND ((state)::text = 'good'::text))))
);


CREATE TABLE public.connections_webhookattempt (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    status smallint,
    error character varying(300) NOT NULL,
    milliseconds integer NOT NULL,
    delivery_id uuid NOT NULL,
    CONSTRAINT connections_webhookattempt_milliseconds_check CHECK ((milliseconds >= 0)),
    CONSTRAINT connections_webhookattempt_status_check CHECK ((status >= 0))
);


CREATE TABLE public.connections_webhookendpoint (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    host character varying(255) NOT NULL,
    sealed_address text NOT NULL,
    kinds character varying(40)[] NOT NULL,
    sealed_secret text NOT NULL,
    sealed_former_secret text NOT NULL,
    former_until timestamp with time zone,
    state character varying(5) NOT NULL,
    error character varying(300) NOT NULL,
    failures smallint NOT NULL,
    failing_since timestamp with time zone,
    next_try_at timestamp with time zone,
    succeeded_at timestamp with time zone,
    owner_id uuid,
    CONSTRAINT connections_webhookendpoint_failures_check CHECK ((failures >= 0))
);


CREATE TABLE public.connections_webhookmessage (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    source character varying(20) NOT NULL,
    subject uuid NOT NULL,
    kind character varying(40) NOT NULL,
    state character varying(9) NOT NULL,
    attempts smallint NOT NULL,
    replays smallint NOT NULL,
    endpoint_id uuid NOT NULL,
    CONSTRAINT connections_webhookmessage_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT connections_webhookmessage_replays_check CHECK ((replays >= 0))
);


CREATE TABLE public.connections_zoomsettings (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    account_id uuid NOT NULL,
    waiting_room boolean NOT NULL,
    join_before_host boolean NOT NULL,
    needs_passcode boolean NOT NULL,
    host_video boolean NOT NULL,
    participant_video boolean NOT NULL,
    mute_upon_entry boolean NOT NULL,
    recording character varying(5) NOT NULL
);


CREATE TABLE public.core_acceptance (
    id bigint NOT NULL,
    reference character varying(20) NOT NULL,
    occasion character varying(8) NOT NULL,
    accepted_at timestamp with time zone NOT NULL,
    person_id uuid,
    version_id bigint NOT NULL,
    CONSTRAINT acceptance_of_somebody CHECK (((person_id IS NOT NULL) OR (NOT ((reference)::text = ''::text))))
);


ALTER TABLE public.core_acceptance ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_acceptance_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.core_announcement (
    id uuid NOT NULL,
    text character varying(300) NOT NULL,
    audience character varying(10) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    can_be_closed boolean NOT NULL,
    created_by_id uuid,
    CONSTRAINT announcement_ends_after_its_start CHECK ((ends_at > starts_at))
);


CREATE TABLE public.core_attempt (
    key character varying(64) NOT NULL,
    count integer NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    CONSTRAINT core_attempt_count_check CHECK ((count >= 0))
);


CREATE TABLE public.core_auditentry (
    id uuid NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    action character varying(60) NOT NULL,
    subject character varying(120) NOT NULL,
    before jsonb,
    after jsonb,
    request_id character varying(64) NOT NULL,
    acting_as_id uuid,
    actor_id uuid
);


CREATE TABLE public.core_auditseal (
    number bigint NOT NULL,
    entry uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    salt character varying(32) NOT NULL,
    facts character varying(64) NOT NULL,
    content character varying(64) NOT NULL,
    digest character varying(64) NOT NULL,
    removed_at timestamp with time zone,
    CONSTRAINT core_auditseal_number_check CHECK ((number >= 0))
);


CREATE TABLE public.core_contactmessage (
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    email character varying(254) NOT NULL,
    reference character varying(20) NOT NULL,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone,
    answered_by_id uuid,
    person_id uuid
);


CREATE TABLE public.core_deadaddress (
    id uuid NOT NULL,
    address character varying(254) NOT NULL,
    reason character varying(10) NOT NULL,
    detail character varying(500) CONSTRAINT core_deadaddress_words_not_null NOT NULL,
    marked_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    released_at timestamp with time zone,
    entry_id uuid,
    CONSTRAINT dead_address_is_lower CHECK (((address)::text = lower((address)::text)))
);


CREATE TABLE public.core_demandevent (
    id bigint NOT NULL,
    day date NOT NULL,
    kind character varying(8) NOT NULL,
    words character varying(80) NOT NULL,
    service character varying(50) NOT NULL,
    pathway character varying(50) NOT NULL,
    town character varying(120) NOT NULL,
    session_type uuid,
    count integer NOT NULL,
    builder_id uuid,
    CONSTRAINT core_demandevent_count_check CHECK ((count >= 0))
);


ALTER TABLE public.core_demandevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_demandevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.core_exchangerate (
    currency character varying(3) NOT NULL,
    per_dollar numeric(18,8) NOT NULL,
    as_of date NOT NULL,
    CONSTRAINT rate_is_positive CHECK ((per_dollar > (0)::numeric))
);


CREATE TABLE public.core_feedback (
    id uuid NOT NULL,
    occasion character varying(7) NOT NULL,
    reference character varying(20) NOT NULL,
    was_easy boolean,
    text text NOT NULL,
    created_at timestamp with time zone NOT NULL,
    person_id uuid,
    CONSTRAINT feedback_to_a_booking_says_whether_it_was_easy CHECK (((((occasion)::text = 'booking'::text) AND (was_easy IS NOT NULL) AND (NOT ((reference)::text = ''::text))) OR ((occasion)::text = 'form'::text)))
);


CREATE TABLE public.core_flag (
    id bigint NOT NULL,
    name character varying(100) NOT NULL,
    everyone boolean,
    percent numeric(3,1),
    testing boolean NOT NULL,
    superusers boolean NOT NULL,
    staff boolean NOT NULL,
    authenticated boolean NOT NULL,
    languages text NOT NULL,
    rollout boolean NOT NULL,
    note text NOT NULL,
    created timestamp with time zone NOT NULL,
    modified timestamp with time zone NOT NULL
);


CREATE TABLE public.core_flag_groups (
    id bigint NOT NULL,
    flag_id bigint NOT NULL,
    group_id integer NOT NULL
);


ALTER TABLE public.core_flag_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_flag_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE public.core_flag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_flag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.core_flag_users (
    id bigint NOT NULL,
    flag_id bigint NOT NULL,
    user_id uuid NOT NULL
);


ALTER TABLE public.core_flag_users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_flag_users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.core_heartbeat (
    name character varying(20) NOT NULL,
    seen_at timestamp with time zone NOT NULL
);


CREATE TABLE public.core_idempotencykey (
    id uuid NOT NULL,
    key character varying(64) NOT NULL,
    request character varying(64) NOT NULL,
    answer jsonb,
    leased_until timestamp with time zone NOT NULL,
    expires_at timestamp with time zone NOT NULL
);


CREATE TABLE public.core_jobrun (
    id bigint NOT NULL,
    job character varying(100) NOT NULL,
    period_at timestamp with time zone NOT NULL,
    claimed_until timestamp with time zone NOT NULL,
    finished_at timestamp with time zone,
    attempts smallint NOT NULL,
    CONSTRAINT core_jobrun_attempts_check CHECK ((attempts >= 0))
);


ALTER TABLE public.core_jobrun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_jobrun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.core_mailevent (
    id bigint NOT NULL,
    at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    kind character varying(10) NOT NULL,
    detail character varying(500) CONSTRAINT core_mailevent_words_not_null NOT NULL,
    key character varying(200),
    entry_id uuid NOT NULL
);


ALTER TABLE public.core_mailevent ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_mailevent_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.core_maillogentry (
    id uuid NOT NULL,
    message uuid NOT NULL,
    kind character varying(60) NOT NULL,
    recipient character varying(254) NOT NULL,
    subject character varying(250) NOT NULL,
    content bytea,
    state character varying(10) NOT NULL,
    tries smallint NOT NULL,
    last_response character varying(500) CONSTRAINT core_maillogentry_last_words_not_null NOT NULL,
    provider_id character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    sent_at timestamp with time zone,
    person_id uuid,
    CONSTRAINT core_maillogentry_tries_check CHECK ((tries >= 0))
);


CREATE TABLE public.core_maintenance (
    id uuid NOT NULL,
    message character varying(300) NOT NULL,
    announced_at timestamp with time zone NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    created_by_id uuid,
    CONSTRAINT maintenance_ends_after_its_start CHECK ((ends_at > starts_at))
);


CREATE TABLE public.core_outboxmessage (
    id uuid NOT NULL,
    event character varying(150) NOT NULL,
    channel character varying(20) NOT NULL,
    recipient character varying(254) NOT NULL,
    payload jsonb NOT NULL,
    state character varying(10) NOT NULL,
    attempts smallint NOT NULL,
    due_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    leased_until timestamp with time zone,
    delivered_at timestamp with time zone,
    last_error character varying(500) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT core_outboxmessage_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT delivered_at_when_delivered CHECK ((((delivered_at IS NOT NULL) AND ((state)::text = 'delivered'::text)) OR ((NOT ((state)::text = 'delivered'::text)) AND (delivered_at IS NULL))))
);


CREATE TABLE public.core_outboxpause (
    id smallint NOT NULL,
    since timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    reason character varying(200) NOT NULL,
    CONSTRAINT core_outboxpause_id_check CHECK ((id >= 0)),
    CONSTRAINT one_pause_of_the_outbox CHECK ((id = 1))
);


CREATE TABLE public.core_policyversion (
    id bigint NOT NULL,
    kind character varying(7) NOT NULL,
    number integer NOT NULL,
    text text NOT NULL,
    summary character varying(300) NOT NULL,
    is_asked boolean NOT NULL,
    published_at timestamp with time zone NOT NULL,
    published_by_id uuid,
    CONSTRAINT core_policyversion_number_check CHECK ((number >= 0))
);


ALTER TABLE public.core_policyversion ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.core_policyversion_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.core_signuppolicy (
    id smallint NOT NULL,
    mode character varying(10) NOT NULL,
    message character varying(300) NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    CONSTRAINT core_signuppolicy_id_check CHECK ((id >= 0)),
    CONSTRAINT one_rule_for_joining CHECK ((id = 1))
);


CREATE TABLE public.core_sitepage (
    slug character varying(20) NOT NULL,
    title character varying(80) NOT NULL,
    text text NOT NULL,
    changed_at timestamp with time zone NOT NULL
);


CREATE TABLE public.core_webhookdelivery (
    id uuid NOT NULL,
    source character varying(20) NOT NULL,
    key character varying(150) NOT NULL,
    reference character varying(100) NOT NULL,
    headers jsonb NOT NULL,
    body bytea,
    size integer NOT NULL,
    verdict character varying(10) NOT NULL,
    state character varying(10) NOT NULL,
    error character varying(300) NOT NULL,
    received_at timestamp with time zone NOT NULL,
    done_at timestamp with time zone,
    CONSTRAINT core_webhookdelivery_size_check CHECK ((size >= 0))
);


CREATE TABLE public.django_admin_log (
    id integer NOT NULL,
    action_time timestamp with time zone NOT NULL,
    object_id text,
    object_repr character varying(200) NOT NULL,
    action_flag smallint NOT NULL,
    change_message text NOT NULL,
    content_type_id integer,
    user_id uuid NOT NULL,
    CONSTRAINT django_admin_log_action_flag_check CHECK ((action_flag >= 0))
);


ALTER TABLE public.django_admin_log ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_admin_log_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.django_content_type (
    id integer NOT NULL,
    app_label character varying(100) NOT NULL,
    model character varying(100) NOT NULL
);


ALTER TABLE public.django_content_type ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_content_type_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);


ALTER TABLE public.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.django_session (
    session_key character varying(40) NOT NULL,
    session_data text NOT NULL,
    expire_date timestamp with time zone NOT NULL
);


CREATE TABLE public.insights_dailyfigure (
    id bigint NOT NULL,
    day date NOT NULL,
    name character varying(20) NOT NULL,
    key character varying(120) NOT NULL,
    amount numeric(18,4) NOT NULL,
    pathway_id uuid,
    kind character varying(10) NOT NULL
);


ALTER TABLE public.insights_dailyfigure ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_dailyfigure_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.insights_dailyfigurerun (
    id bigint NOT NULL,
    until date NOT NULL,
    finished_at timestamp with time zone NOT NULL
);


ALTER TABLE public.insights_dailyfigurerun ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.insights_dailyfigurerun_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.marketplace_builderlisting (
    builder_id uuid NOT NULL,
    score double precision NOT NULL,
    latitude double precision,
    longitude double precision,
    review_count integer NOT NULL,
    completed_sessions integer NOT NULL,
    version integer NOT NULL,
    refreshed_at timestamp with time zone NOT NULL,
    is_verified boolean NOT NULL,
    is_featured boolean NOT NULL,
    is_listed boolean NOT NULL,
    hourly_dollars numeric(20,6) NOT NULL,
    rating numeric(3,2),
    services character varying(40)[] NOT NULL,
    roles character varying(40)[] NOT NULL,
    skill_slugs character varying(60)[] NOT NULL,
    pathways character varying(40)[] NOT NULL,
    categories character varying(12)[] NOT NULL,
    slug character varying(80) NOT NULL,
    name character varying(80) NOT NULL,
    sort_name character varying(80) NOT NULL,
    headline character varying(120) NOT NULL,
    excerpt character varying(320) NOT NULL,
    place character varying(200) NOT NULL,
    timezone character varying(64) NOT NULL,
    avatar character varying(200) NOT NULL,
    service_names character varying(60)[] NOT NULL,
    role_names character varying(40)[] NOT NULL,
    skills jsonb NOT NULL,
    specialisations jsonb NOT NULL,
    hourly_rate numeric(14,4),
    day_rate numeric(14,4),
    currency character varying(3) NOT NULL,
    search tsvector NOT NULL,
    words text NOT NULL,
    languages character varying(2)[] NOT NULL,
    formats character varying(9)[] NOT NULL,
    calendly_url character varying(500) DEFAULT ''::character varying NOT NULL,
    next_start timestamp with time zone DEFAULT '9000-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
    next_start_ends timestamp with time zone DEFAULT '9000-01-01 00:00:00+00'::timestamp with time zone NOT NULL,
    CONSTRAINT marketplace_builderlisting_completed_sessions_check CHECK ((completed_sessions >= 0)),
    CONSTRAINT marketplace_builderlisting_review_count_check CHECK ((review_count >= 0)),
    CONSTRAINT marketplace_builderlisting_version_check CHECK ((version >= 0))
);


CREATE TABLE public.marketplace_buildermetrics (
    builder_id uuid NOT NULL,
    total_sessions integer NOT NULL,
    completed_sessions integer NOT NULL,
    ended_sessions integer NOT NULL,
    confirmed_sessions integer NOT NULL,
    cancelled_by_builder integer NOT NULL,
    average_duration integer,
    rating_sum integer NOT NULL,
    review_count integer NOT NULL,
    response_minutes integer,
    answers integer NOT NULL,
    clients integer NOT NULL,
    repeat_clients integer NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    known_starts integer NOT NULL,
    starts_on_time integer NOT NULL,
    CONSTRAINT marketplace_buildermetrics_answers_check CHECK ((answers >= 0)),
    CONSTRAINT marketplace_buildermetrics_average_duration_check CHECK ((average_duration >= 0)),
    CONSTRAINT marketplace_buildermetrics_cancelled_by_builder_check CHECK ((cancelled_by_builder >= 0)),
    CONSTRAINT marketplace_buildermetrics_clients_check CHECK ((clients >= 0)),
    CONSTRAINT marketplace_buildermetrics_completed_sessions_check CHECK ((completed_sessions >= 0)),
    CONSTRAINT marketplace_buildermetrics_confirmed_sessions_check CHECK ((confirmed_sessions >= 0)),
    CONSTRAINT marketplace_buildermetrics_ended_sessions_check CHECK ((ended_sessions >= 0)),
    CONSTRAINT marketplace_buildermetrics_known_starts_check CHECK ((known_starts >= 0)),
    CONSTRAINT marketplace_buildermetrics_rating_sum_check CHECK ((rating_sum >= 0)),
    CONSTRAINT marketplace_buildermetrics_repeat_clients_check CHECK ((repeat_clients >= 0)),
    CONSTRAINT marketplace_buildermetrics_response_minutes_check CHECK ((response_minutes >= 0)),
    CONSTRAINT marketplace_buildermetrics_review_count_check CHECK ((review_count >= 0)),
    CONSTRAINT marketplace_buildermetrics_starts_on_time_check CHECK ((starts_on_time >= 0)),
    CONSTRAINT marketplace_buildermetrics_total_sessions_check CHECK ((total_sessions >= 0))
);


CREATE TABLE public.marketplace_favourite (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    builder_id uuid NOT NULL,
    person_id uuid NOT NULL,
    notifies boolean DEFAULT false NOT NULL,
    seen jsonb DEFAULT '[]'::jsonb NOT NULL,
    seen_until date
);


ALTER TABLE public.marketplace_favourite ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.marketplace_favourite_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.marketplace_firststeps (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    builder_id uuid NOT NULL,
    skipped character varying(10)[] NOT NULL,
    hidden_at timestamp with time zone
);


CREATE TABLE public.marketplace_letterchoice (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    is_wanted boolean NOT NULL,
    weekday smallint NOT NULL,
    CONSTRAINT letter_on_a_weekday CHECK ((weekday <= 6)),
    CONSTRAINT marketplace_letterchoice_weekday_check CHECK ((weekday >= 0))
);


CREATE TABLE public.marketplace_listedword (
    word character varying(60) NOT NULL
);


CREATE TABLE public.marketplace_moderation (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    builder_id uuid NOT NULL,
    asked_at timestamp with time zone,
    verified_at timestamp with time zone,
    featured_at timestamp with time zone
);


CREATE TABLE public.marketplace_openingnotice (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    stretch character varying(24) NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    told_at timestamp with time zone,
    builder_id uuid NOT NULL,
    person_id uuid NOT NULL,
    search_id uuid
);


CREATE TABLE public.marketplace_portfolioasset (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    kind character varying(5) NOT NULL,
    title character varying(80) NOT NULL,
    alt character varying(200) NOT NULL,
    description character varying(300) NOT NULL,
    url character varying(500) NOT NULL,
    file character varying(100) NOT NULL,
    small character varying(100) NOT NULL,
    width integer NOT NULL,
    height integer NOT NULL,
    name character varying(120) NOT NULL,
    size bigint NOT NULL,
    "position" smallint NOT NULL,
    reviewed_at timestamp with time zone,
    hidden_at timestamp with time zone,
    hidden_reason character varying(500) NOT NULL,
    builder_id uuid NOT NULL,
    CONSTRAINT a_piece_is_whole CHECK (((((file)::text = ''::text) AND ((kind)::text = 'video'::text) AND ((small)::text = ''::text) AND (NOT ((url)::text = ''::text))) OR (((kind)::text = ANY ((ARRAY['audio'::character varying, 'file'::character varying])::text[])) AND ((url)::text = ''::text) AND (NOT ((file)::text = ''::text))) OR (((kind)::text = 'image'::text) AND ((url)::text = ''::text) AND (NOT ((file)::text = ''::text)) AND (NOT ((small)::text = ''::text)) AND (NOT ((alt)::text = ''::text))))),
    CONSTRAINT marketplace_portfolioasset_height_check CHECK ((height >= 0)),
    CONSTRAINT marketplace_portfolioasset_position_check CHECK (("position" >= 0)),
    CONSTRAINT marketplace_portfolioasset_size_check CHECK ((size >= 0)),
    CONSTRAINT marketplace_portfolioasset_width_check CHECK ((width >= 0))
);


CREATE TABLE public.marketplace_savedsearch (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    query character varying(1000) NOT NULL,
    weekdays smallint[] NOT NULL,
    from_minute smallint NOT NULL,
    to_minute smallint NOT NULL,
    paused_at timestamp with time zone,
    seen jsonb NOT NULL,
    seen_until date,
    person_id uuid NOT NULL,
    CONSTRAINT marketplace_savedsearch_from_minute_check CHECK ((from_minute >= 0)),
    CONSTRAINT marketplace_savedsearch_to_minute_check CHECK ((to_minute >= 0)),
    CONSTRAINT search_hours_in_order CHECK (((from_minute < to_minute) AND (to_minute <= 1440)))
);


CREATE TABLE public.marketplace_specialisation (
    id bigint NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    is_active boolean NOT NULL,
    active_clients integer NOT NULL,
    completed_clients integer NOT NULL,
    left_clients integer NOT NULL,
    builder_id uuid NOT NULL,
    pathway_id uuid NOT NULL,
    CONSTRAINT marketplace_specialisation_active_clients_check CHECK ((active_clients >= 0)),
    CONSTRAINT marketplace_specialisation_completed_clients_check CHECK ((completed_clients >= 0)),
    CONSTRAINT marketplace_specialisation_left_clients_check CHECK ((left_clients >= 0))
);


ALTER TABLE public.marketplace_specialisation ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.marketplace_specialisation_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.marketplace_weeklyletter (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    week date NOT NULL,
    was_sent boolean NOT NULL,
    person_id uuid NOT NULL
);


CREATE TABLE public.messaging_attachment (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    file character varying(100) NOT NULL,
    name character varying(120) NOT NULL,
    size bigint NOT NULL,
    message_id uuid NOT NULL,
    CONSTRAINT messaging_attachment_size_check CHECK ((size >= 0))
);


CREATE TABLE public.messaging_conversation (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    pair character varying(100) NOT NULL,
    booked_at timestamp with time zone,
    last_number integer NOT NULL,
    last_message_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT messaging_conversation_last_number_check CHECK ((last_number >= 0))
);


CREATE TABLE public.messaging_message (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    number integer NOT NULL,
    text text NOT NULL,
    client_key character varying(64) NOT NULL,
    edited_at timestamp with time zone,
    deleted_at timestamp with time zone,
    subject_kind character varying(20) NOT NULL,
    subject_id uuid,
    conversation_id uuid NOT NULL,
    reply_to_id uuid,
    sender_id uuid,
    CONSTRAINT a_mark_has_its_subject CHECK ((((subject_id IS NULL) AND ((subject_kind)::text = ''::text)) OR ((NOT ((subject_kind)::text = ''::text)) AND (subject_id IS NOT NULL)))),
    CONSTRAINT messaging_message_number_check CHECK ((number >= 0))
);


CREATE TABLE public.messaging_messagepreferences (
    person_id uuid NOT NULL,
    shows_seen boolean NOT NULL,
    wants_mail boolean NOT NULL,
    quiet_from time without time zone,
    quiet_until time without time zone,
    sends_on_enter boolean NOT NULL,
    takes_questions boolean NOT NULL,
    CONSTRAINT quiet_hours_have_both_ends CHECK ((((quiet_from IS NULL) AND (quiet_until IS NULL)) OR ((quiet_from IS NOT NULL) AND (quiet_until IS NOT NULL))))
);


CREATE TABLE public.messaging_messagereport (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reason character varying(500) NOT NULL,
    lines jsonb NOT NULL,
    settled_at timestamp with time zone,
    outcome character varying(8) NOT NULL,
    message_id uuid NOT NULL,
    settled_by_id uuid,
    reporter_id uuid NOT NULL
);


CREATE TABLE public.messaging_participant (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    guest_key character varying(40) NOT NULL,
    name character varying(80) NOT NULL,
    read_number integer NOT NULL,
    read_at timestamp with time zone,
    sent_count integer NOT NULL,
    archived_number integer,
    muted_until timestamp with time zone,
    blocked_at timestamp with time zone,
    conversation_id uuid NOT NULL,
    user_id uuid,
    mailed_number integer NOT NULL,
    address_generation smallint NOT NULL,
    CONSTRAINT a_person_or_a_guest CHECK (((((guest_key)::text = ''::text) AND (user_id IS NOT NULL)) OR ((user_id IS NULL) AND (NOT ((guest_key)::text = ''::text))))),
    CONSTRAINT messaging_participant_address_generation_check CHECK ((address_generation >= 0)),
    CONSTRAINT messaging_participant_archived_number_check CHECK ((archived_number >= 0)),
    CONSTRAINT messaging_participant_mailed_number_check CHECK ((mailed_number >= 0)),
    CONSTRAINT messaging_participant_read_number_check CHECK ((read_number >= 0)),
    CONSTRAINT messaging_participant_sent_count_check CHECK ((sent_count >= 0))
);


CREATE TABLE public.messaging_savedreply (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    title character varying(60) NOT NULL,
    text text NOT NULL,
    owner_id uuid NOT NULL
);


CREATE TABLE public.mfa_authenticator (
    id bigint NOT NULL,
    type character varying(20) NOT NULL,
    data jsonb NOT NULL,
    user_id uuid NOT NULL,
    created_at timestamp with time zone NOT NULL,
    last_used_at timestamp with time zone
);


ALTER TABLE public.mfa_authenticator ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.mfa_authenticator_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.operations_alarmstate (
    name character varying(30) NOT NULL,
    is_on boolean NOT NULL,
    changed_at timestamp with time zone,
    pending_since timestamp with time zone,
    checked_at timestamp with time zone,
    value double precision,
    sentence character varying(300) NOT NULL,
    CONSTRAINT an_alarm_that_is_on_has_its_time CHECK (((NOT is_on) OR (changed_at IS NOT NULL)))
);


CREATE TABLE public.operations_backuprecord (
    id bigint NOT NULL,
    kind character varying(10) NOT NULL,
    finished_at timestamp with time zone NOT NULL,
    is_good boolean NOT NULL,
    size bigint,
    note character varying(300) NOT NULL,
    CONSTRAINT operations_backuprecord_size_check CHECK ((size >= 0))
);


ALTER TABLE public.operations_backuprecord ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_backuprecord_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.operations_errorcount (
    id bigint NOT NULL,
    minute timestamp with time zone NOT NULL,
    area character varying(10) NOT NULL,
    count integer NOT NULL,
    CONSTRAINT operations_errorcount_count_check CHECK ((count >= 0))
);


ALTER TABLE public.operations_errorcount ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.operations_errorcount_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.operations_staffnote (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    text text NOT NULL,
    author_id uuid NOT NULL,
    booking_id uuid,
    person_id uuid,
    CONSTRAINT note_about_a_person_or_a_booking CHECK ((((booking_id IS NULL) AND (person_id IS NOT NULL)) OR ((booking_id IS NOT NULL) AND (person_id IS NULL))))
);


CREATE TABLE public.pathways_answeredrequest (
    request uuid NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    answered_at timestamp with time zone NOT NULL,
    builder_id uuid NOT NULL
);


CREATE TABLE public.pathways_award (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    token character varying(24) NOT NULL,
    awarded_at timestamp with time zone NOT NULL,
    revoked_at timestamp with time zone,
    is_public boolean NOT NULL,
    client_id uuid NOT NULL,
    badge_id uuid NOT NULL,
    level smallint NOT NULL,
    CONSTRAINT pathways_award_level_check CHECK ((level >= 0))
);


CREATE TABLE public.pathways_badge (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    slug character varying(60) NOT NULL,
    name character varying(60) NOT NULL,
    description character varying(200) NOT NULL,
    rule character varying(12) NOT NULL,
    tier smallint,
    count integer,
    "order" smallint NOT NULL,
    is_active boolean NOT NULL,
    pathway_id uuid,
    skill_id uuid,
    audience character varying(10) NOT NULL,
    further_counts integer[] NOT NULL,
    is_hidden boolean NOT NULL,
    window_days smallint,
    CONSTRAINT each_audience_with_its_rules CHECK (((((audience)::text = 'client'::text) AND (NOT ((rule)::text = 'answers'::text))) OR (((audience)::text = 'builder'::text) AND ((rule)::text = ANY ((ARRAY['sessions'::character varying, 'hours'::character varying, 'streak'::character varying])::text[]))) OR (((audience)::text = 'builder'::text) AND (pathway_id IS NULL) AND ((rule)::text = 'answers'::text) AND (window_days IS NOT NULL)))),
    CONSTRAINT each_rule_with_what_it_needs CHECK ((((count IS NULL) AND (pathway_id IS NULL) AND ((rule)::text = 'skill'::text) AND (skill_id IS NOT NULL) AND (tier IS NULL)) OR ((count IS NULL) AND (pathway_id IS NOT NULL) AND ((rule)::text = 'tier'::text) AND (skill_id IS NULL) AND (tier IS NOT NULL)) OR ((count IS NULL) AND (pathway_id IS NOT NULL) AND ((rule)::text = ANY ((ARRAY['fundamentals'::character varying, 'pathway'::character varying])::text[])) AND (skill_id IS NULL) AND (tier IS NULL)) OR ((count >= 1) AND ((rule)::text = ANY ((ARRAY['sessions'::character varying, 'hours'::character varying, 'streak'::character varying, 'skills'::character varying, 'goals'::character varying, 'answers'::character varying])::text[])) AND (skill_id IS NULL) AND (tier IS NULL)))),
    CONSTRAINT levels_only_of_counts CHECK (((count IS NOT NULL) OR (further_counts = '{}'::integer[]))),
    CONSTRAINT pathways_badge_count_check CHECK ((count >= 0)),
    CONSTRAINT pathways_badge_order_check CHECK (("order" >= 0)),
    CONSTRAINT pathways_badge_tier_check CHECK ((tier >= 0)),
    CONSTRAINT pathways_badge_window_days_check CHECK ((window_days >= 0)),
    CONSTRAINT window_only_of_what_has_times CHECK (((window_days IS NULL) OR (((rule)::text = ANY ((ARRAY['sessions'::character varying, 'hours'::character varying, 'skills'::character varying, 'answers'::character varying])::text[])) AND (window_days >= 1))))
);


CREATE TABLE public.pathways_completedsession (
    booking uuid NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    minutes integer NOT NULL,
    builder_id uuid,
    client_id uuid NOT NULL,
    pathway_id uuid,
    CONSTRAINT pathways_completedsession_minutes_check CHECK ((minutes >= 0))
);


CREATE TABLE public.pathways_enrolment (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    status character varying(10) NOT NULL,
    ended_at timestamp with time zone,
    builder_id uuid,
    client_id uuid NOT NULL,
    pathway_id uuid NOT NULL,
    skills_at_start uuid[],
    CONSTRAINT ended_when_completed CHECK ((((ended_at IS NOT NULL) AND ((status)::text = 'COMPLETED'::text)) OR ((NOT ((status)::text = 'COMPLETED'::text)) AND (ended_at IS NULL)))),
    CONSTRAINT nobody_leads_themselves CHECK ((NOT ((builder_id = client_id) AND (builder_id IS NOT NULL))))
);


CREATE TABLE public.pathways_enrolmentevent (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    verb character varying(10) NOT NULL,
    builder_id uuid,
    by_id uuid,
    enrolment_id uuid NOT NULL
);


CREATE TABLE public.pathways_evidence (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    text text NOT NULL,
    url character varying(500) NOT NULL,
    file character varying(100) NOT NULL,
    name character varying(120) NOT NULL,
    size bigint NOT NULL,
    added_by_id uuid,
    progress_id uuid NOT NULL,
    CONSTRAINT evidence_of_something CHECK ((NOT (((file)::text = ''::text) AND (text = ''::text) AND ((url)::text = ''::text)))),
    CONSTRAINT pathways_evidence_size_check CHECK ((size >= 0))
);


CREATE TABLE public.pathways_goal (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    kind character varying(10) NOT NULL,
    title character varying(120) NOT NULL,
    tier smallint,
    target integer,
    starts_on date NOT NULL,
    deadline date,
    remind_days smallint[] NOT NULL,
    reminded_days smallint[] NOT NULL,
    status character varying(10) NOT NULL,
    closed_at timestamp with time zone,
    client_id uuid NOT NULL,
    pathway_id uuid,
    shared_with_id uuid,
    skill_id uuid,
    suggested_by_id uuid,
    CONSTRAINT each_goal_with_what_it_needs CHECK (((((kind)::text = 'skill'::text) AND (pathway_id IS NULL) AND (skill_id IS NOT NULL) AND (target IS NULL) AND (tier IS NULL)) OR (((kind)::text = 'tier'::text) AND (pathway_id IS NOT NULL) AND (skill_id IS NULL) AND (target IS NULL) AND (tier IS NOT NULL)) OR (((kind)::text = 'pathway'::text) AND (pathway_id IS NOT NULL) AND (skill_id IS NULL) AND (target IS NULL) AND (tier IS NULL)) OR (((kind)::text = ANY ((ARRAY['sessions'::character varying, 'hours'::character varying])::text[])) AND (skill_id IS NULL) AND (target >= 1) AND (tier IS NULL)) OR (((kind)::text = 'custom'::text) AND (pathway_id IS NULL) AND (skill_id IS NULL) AND (target IS NULL) AND (tier IS NULL)))),
    CONSTRAINT goal_closed_with_its_time CHECK ((((closed_at IS NULL) AND ((status)::text = ANY ((ARRAY['suggested'::character varying, 'active'::character varying])::text[]))) OR ((closed_at IS NOT NULL) AND ((status)::text = ANY ((ARRAY['reached'::character varying, 'missed'::character varying, 'dropped'::character varying])::text[]))))),
    CONSTRAINT goal_shared_with_another CHECK (((shared_with_id IS NULL) OR (NOT ((shared_with_id = client_id) AND (shared_with_id IS NOT NULL))))),
    CONSTRAINT pathways_goal_target_check CHECK ((target >= 0)),
    CONSTRAINT pathways_goal_tier_check CHECK ((tier >= 0))
);


CREATE TABLE public.pathways_goalevent (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    verb character varying(10) NOT NULL,
    deadline date,
    by_id uuid,
    goal_id uuid NOT NULL
);


CREATE TABLE public.pathways_goalstep (
    id uuid NOT NULL,
    text character varying(200) NOT NULL,
    place smallint NOT NULL,
    done_at timestamp with time zone,
    goal_id uuid NOT NULL,
    CONSTRAINT pathways_goalstep_place_check CHECK ((place >= 0))
);


CREATE TABLE public.pathways_need (
    id bigint NOT NULL,
    needed_id uuid NOT NULL,
    skill_id uuid NOT NULL,
    CONSTRAINT nothing_needs_itself CHECK ((NOT (skill_id = needed_id)))
);


ALTER TABLE public.pathways_need ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pathways_need_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.pathways_pathway (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    slug character varying(40) NOT NULL,
    name character varying(60) NOT NULL,
    tagline character varying(140) NOT NULL,
    description text NOT NULL,
    for_whom text NOT NULL,
    tier1 character varying(200) NOT NULL,
    tier2 character varying(200) NOT NULL,
    tier3 character varying(200) NOT NULL,
    look character varying(10) NOT NULL,
    "order" smallint NOT NULL,
    is_active boolean NOT NULL,
    CONSTRAINT pathways_pathway_order_check CHECK (("order" >= 0))
);


CREATE TABLE public.pathways_progress (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    status character varying(12) NOT NULL,
    asked_at timestamp with time zone,
    completed_at timestamp with time zone,
    assigned_by_id uuid,
    client_id uuid NOT NULL,
    skill_id uuid NOT NULL,
    verified_by_id uuid,
    CONSTRAINT asked_while_in_progress CHECK (((asked_at IS NULL) OR ((status)::text = 'IN_PROGRESS'::text))),
    CONSTRAINT completed_with_its_time CHECK ((((asked_at IS NULL) AND (completed_at IS NOT NULL) AND ((status)::text = 'COMPLETED'::text)) OR ((NOT ((status)::text = 'COMPLETED'::text)) AND (completed_at IS NULL) AND (verified_by_id IS NULL))))
);


CREATE TABLE public.pathways_progressevent (
    id uuid NOT NULL,
    at timestamp with time zone NOT NULL,
    verb character varying(10) NOT NULL,
    comment character varying(1000) NOT NULL,
    before jsonb NOT NULL,
    by_id uuid,
    progress_id uuid NOT NULL,
    undoes_id uuid
);


CREATE TABLE public.pathways_skill (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    slug character varying(60) NOT NULL,
    name character varying(60) NOT NULL,
    tier smallint NOT NULL,
    summary character varying(140) NOT NULL,
    description text NOT NULL,
    resources jsonb NOT NULL,
    is_fundamental boolean NOT NULL,
    needs_builder boolean NOT NULL,
    "order" smallint NOT NULL,
    is_active boolean NOT NULL,
    CONSTRAINT pathways_skill_order_check CHECK (("order" >= 0)),
    CONSTRAINT pathways_skill_tier_check CHECK ((tier >= 0)),
    CONSTRAINT three_tiers CHECK (((tier >= 1) AND (tier <= 3)))
);


CREATE TABLE public.pathways_skill_pathways (
    id bigint NOT NULL,
    skill_id uuid NOT NULL,
    pathway_id uuid NOT NULL
);


ALTER TABLE public.pathways_skill_pathways ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pathways_skill_pathways_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.pathways_teaching (
    id bigint NOT NULL,
    builder_id uuid NOT NULL,
    skill_id uuid NOT NULL
);


ALTER TABLE public.pathways_teaching ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.pathways_teaching_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.payments_buyerprofile (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(120) NOT NULL,
    street character varying(120) NOT NULL,
    more character varying(120) NOT NULL,
    postal_code character varying(20) NOT NULL,
    city character varying(80) NOT NULL,
    country character varying(2) NOT NULL,
    vat_number character varying(20) NOT NULL,
    owner_id uuid NOT NULL
);


CREATE TABLE public.payments_cardpage (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    provider_id character varying(120) NOT NULL,
    address character varying(2000) NOT NULL,
    state character varying(8) NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    subscription_id uuid
);


CREATE TABLE public.payments_checkout (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    state character varying(8) NOT NULL,
    amount numeric(14,4) NOT NULL,
    is_held boolean NOT NULL,
    expires_at timestamp with time zone NOT NULL,
    provider_id character varying(120) NOT NULL,
    address character varying(2000) NOT NULL,
    payment_id uuid NOT NULL,
    CONSTRAINT a_checkout_has_an_amount CHECK ((amount > (0)::numeric))
);


CREATE TABLE public.payments_correction (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reason character varying(200) NOT NULL,
    receipt_id uuid NOT NULL,
    recorded_by_id uuid
);


CREATE TABLE public.payments_creditgrant (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    source_kind character varying(20) NOT NULL,
    source_id uuid NOT NULL,
    title character varying(80) NOT NULL,
    sessions smallint NOT NULL,
    minutes smallint,
    usable_for uuid[] NOT NULL,
    price numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    expires_at timestamp with time zone,
    is_waiting boolean NOT NULL,
    builder_id uuid NOT NULL,
    given_by_id uuid,
    holder_id uuid NOT NULL,
    CONSTRAINT credit_grant_is_possible CHECK (((price >= (0)::numeric) AND (sessions >= 1))),
    CONSTRAINT payments_creditgrant_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT payments_creditgrant_sessions_check CHECK ((sessions >= 0))
);


CREATE TABLE public.payments_disputeevidence (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    version integer NOT NULL,
    texts jsonb NOT NULL,
    document character varying(100) NOT NULL,
    size bigint NOT NULL,
    uploads jsonb NOT NULL,
    staged_at timestamp with time zone,
    dispute_id uuid NOT NULL,
    CONSTRAINT payments_disputeevidence_size_check CHECK ((size >= 0)),
    CONSTRAINT payments_disputeevidence_version_check CHECK ((version >= 0))
);


CREATE TABLE public.payments_disputefile (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    file character varying(100) NOT NULL,
    name character varying(120) NOT NULL,
    size bigint NOT NULL,
    added_by_id uuid NOT NULL,
    dispute_id uuid NOT NULL,
    CONSTRAINT payments_disputefile_size_check CHECK ((size >= 0))
);


CREATE TABLE public.payments_invoice (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    kind character varying(11) NOT NULL,
    key character varying(120) NOT NULL,
    sequence integer NOT NULL,
    number character varying(24) NOT NULL,
    issued_on date NOT NULL,
    keep_until date NOT NULL,
    currency character varying(3) NOT NULL,
    net numeric(14,4) NOT NULL,
    tax numeric(14,4) NOT NULL,
    gross numeric(14,4) NOT NULL,
    place character varying(10) NOT NULL,
    tax_country character varying(2) NOT NULL,
    document jsonb NOT NULL,
    buyer_id uuid,
    corrects_id uuid,
    payment_id uuid,
    seller_id uuid,
    series_id uuid NOT NULL,
    CONSTRAINT a_credit_note_has_its_invoice CHECK ((((corrects_id IS NULL) AND ((kind)::text = 'invoice'::text)) OR ((corrects_id IS NOT NULL) AND ((kind)::text = 'credit_note'::text)))),
    CONSTRAINT invoice_sums_are_possible CHECK (((gross = (net + tax)) AND (gross > (0)::numeric) AND (net >= (0)::numeric) AND (tax >= (0)::numeric))),
    CONSTRAINT payments_invoice_sequence_check CHECK ((sequence >= 0))
);


CREATE TABLE public.payments_invoiceseries (
    id uuid NOT NULL,
    prefix character varying(10) NOT NULL,
    last_number integer NOT NULL,
    owner_id uuid,
    CONSTRAINT payments_invoiceseries_last_number_check CHECK ((last_number >= 0))
);


CREATE TABLE public.payments_ledgeraccount (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    kind character varying(20) NOT NULL,
    currency character varying(3) NOT NULL,
    owner_id uuid
);


CREATE TABLE public.payments_ledgerclosing (
    account_id uuid NOT NULL,
    through_leg_id bigint NOT NULL,
    balance bigint NOT NULL,
    closed_at timestamp with time zone NOT NULL
);


CREATE TABLE public.payments_ledgerentry (
    id uuid NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    reference character varying(120) NOT NULL,
    kind character varying(20) NOT NULL,
    occurred_at timestamp with time zone NOT NULL,
    provider_id character varying(120) NOT NULL,
    leg_count smallint NOT NULL,
    CONSTRAINT at_least_two_legs CHECK ((leg_count >= 2)),
    CONSTRAINT payments_ledgerentry_leg_count_check CHECK ((leg_count >= 0))
);


CREATE TABLE public.payments_ledgerleg (
    id bigint NOT NULL,
    debit bigint NOT NULL,
    credit bigint NOT NULL,
    account_id uuid NOT NULL,
    entry_id uuid NOT NULL,
    CONSTRAINT either_debit_or_credit CHECK ((((credit = 0) AND (debit > 0)) OR ((credit > 0) AND (debit = 0))))
);


ALTER TABLE public.payments_ledgerleg ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.payments_ledgerleg_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.payments_payment (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    subject_kind character varying(20) NOT NULL,
    subject_id uuid NOT NULL,
    subject_reference character varying(20) NOT NULL,
    provider character varying(10) NOT NULL,
    status character varying(16) NOT NULL,
    amount numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    amount_paid numeric(14,4) NOT NULL,
    amount_refunded numeric(14,4) NOT NULL,
    method character varying(20) NOT NULL,
    paid_at timestamp with time zone,
    refunded_at timestamp with time zone,
    payee_id uuid,
    payer_id uuid,
    authorised_at timestamp with time zone,
    capture_before timestamp with time zone,
    intent_id character varying(120) DEFAULT ''::character varying NOT NULL,
    problem character varying(300) DEFAULT ''::character varying NOT NULL,
    charge_id character varying(120) DEFAULT ''::character varying NOT NULL,
    shared_at timestamp with time zone,
    amount_lost numeric(14,4) DEFAULT 0 NOT NULL,
    fee_percent numeric(5,2),
    amount_from_credit numeric(14,4) DEFAULT 0 NOT NULL,
    card_fingerprint character varying(40) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT payment_from_credit_is_possible CHECK (((amount_from_credit = (0)::numeric) OR ((amount_from_credit > (0)::numeric) AND (amount_from_credit <= amount_paid) AND ((provider)::text = 'stripe'::text)))),
    CONSTRAINT payment_sums_are_possible CHECK (((amount >= (0)::numeric) AND (amount_paid >= (0)::numeric) AND (amount_refunded >= (0)::numeric) AND (amount_refunded <= amount_paid)))
);


CREATE TABLE public.payments_paymentdispute (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    provider_id character varying(120) NOT NULL,
    status character varying(24) NOT NULL,
    reason character varying(60) NOT NULL,
    amount numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    is_withdrawn boolean NOT NULL,
    is_refundable boolean NOT NULL,
    opened_at timestamp with time zone NOT NULL,
    evidence_due_at timestamp with time zone,
    builder_until timestamp with time zone NOT NULL,
    closed_at timestamp with time zone,
    words text NOT NULL,
    version integer NOT NULL,
    problem character varying(300) NOT NULL,
    asked_at timestamp with time zone,
    sent_at timestamp with time zone,
    asked_by_id uuid,
    payment_id uuid NOT NULL,
    remind_at timestamp with time zone,
    CONSTRAINT a_dispute_has_an_amount CHECK ((amount > (0)::numeric)),
    CONSTRAINT evidence_is_sent_by_somebody CHECK ((((asked_at IS NULL) AND (asked_by_id IS NULL) AND (sent_at IS NULL)) OR ((asked_at IS NOT NULL) AND (asked_by_id IS NOT NULL)))),
    CONSTRAINT payments_paymentdispute_version_check CHECK ((version >= 0))
);


CREATE TABLE public.payments_payouthold (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    reason character varying(14) NOT NULL,
    key character varying(120) NOT NULL,
    released_at timestamp with time zone,
    payment_id uuid NOT NULL
);


CREATE TABLE public.payments_plan (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    description character varying(200) NOT NULL,
    price numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    "interval" character varying(5) NOT NULL,
    trial_days smallint NOT NULL,
    sessions_per_period smallint,
    features jsonb NOT NULL,
    archived_at timestamp with time zone,
    owner_id uuid,
    CONSTRAINT a_plan_has_a_price CHECK ((price > (0)::numeric)),
    CONSTRAINT payments_plan_sessions_per_period_check CHECK ((sessions_per_period >= 0)),
    CONSTRAINT payments_plan_trial_days_check CHECK ((trial_days >= 0)),
    CONSTRAINT plan_of_the_platform_or_of_a_builder CHECK ((((owner_id IS NULL) AND (sessions_per_period IS NULL)) OR ((features = '{}'::jsonb) AND (("interval")::text = 'month'::text) AND (owner_id IS NOT NULL) AND (sessions_per_period > 0))))
);


CREATE TABLE public.payments_provideraccount (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    provider_id character varying(120) NOT NULL,
    country character varying(2) NOT NULL,
    status character varying(10) NOT NULL,
    requirements character varying(200)[] NOT NULL,
    checked_at timestamp with time zone,
    owner_id uuid NOT NULL,
    former_ids character varying(120)[] NOT NULL,
    CONSTRAINT a_provider_account_that_is_known_has_its_id CHECK ((((status)::text = 'new'::text) OR (NOT ((provider_id)::text = ''::text))))
);


CREATE TABLE public.payments_providercheck (
    name character varying(20) NOT NULL,
    problem character varying(300) NOT NULL,
    checked_at timestamp with time zone NOT NULL,
    count integer DEFAULT 0 NOT NULL,
    CONSTRAINT payments_providercheck_count_check CHECK ((count >= 0))
);


CREATE TABLE public.payments_providercustomer (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    person_id uuid NOT NULL,
    provider_id character varying(120) NOT NULL
);


CREATE TABLE public.payments_providertransaction (
    id character varying(120) NOT NULL,
    kind character varying(60) NOT NULL,
    source character varying(120) NOT NULL,
    payment character varying(120) NOT NULL,
    currency character varying(3) NOT NULL,
    net bigint,
    occurred_at timestamp with time zone NOT NULL
);


CREATE TABLE public.payments_receipt (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    key uuid NOT NULL,
    amount numeric(14,4) NOT NULL,
    method character varying(20) NOT NULL,
    received_on date NOT NULL,
    note character varying(200) NOT NULL,
    payment_id uuid NOT NULL,
    recorded_by_id uuid,
    CONSTRAINT a_receipt_has_an_amount CHECK ((amount > (0)::numeric))
);


CREATE TABLE public.payments_refund (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    key uuid NOT NULL,
    amount numeric(14,4) NOT NULL,
    reason character varying(500) NOT NULL,
    payment_id uuid NOT NULL,
    recorded_by_id uuid,
    problem character varying(300) DEFAULT ''::character varying NOT NULL,
    provider_id character varying(120) DEFAULT ''::character varying NOT NULL,
    retry_of_id uuid,
    status character varying(10) DEFAULT 'done'::character varying NOT NULL,
    given_up_at timestamp with time zone,
    given_up_by_id uuid,
    given_up_reason character varying(500) DEFAULT ''::character varying NOT NULL,
    as_credit boolean DEFAULT false NOT NULL,
    consent character varying(500) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT a_refund_as_credit_is_done CHECK ((((NOT as_credit) AND ((consent)::text = ''::text)) OR (as_credit AND ((provider_id)::text = ''::text) AND ((status)::text = 'done'::text)))),
    CONSTRAINT a_refund_has_an_amount CHECK ((amount > (0)::numeric)),
    CONSTRAINT a_refund_is_given_up_with_a_reason CHECK ((((given_up_at IS NULL) AND (given_up_by_id IS NULL) AND ((given_up_reason)::text = ''::text)) OR ((given_up_at IS NOT NULL) AND (given_up_by_id IS NOT NULL) AND ((status)::text = 'failed'::text) AND (NOT ((given_up_reason)::text = ''::text)))))
);


CREATE TABLE public.payments_savedcard (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    provider_id character varying(120) NOT NULL,
    brand character varying(30) NOT NULL,
    last4 character varying(4) NOT NULL,
    expires_month smallint NOT NULL,
    expires_year smallint NOT NULL,
    is_default boolean NOT NULL,
    removed_at timestamp with time zone,
    person_id uuid NOT NULL,
    CONSTRAINT a_removed_card_is_not_the_default CHECK (((NOT is_default) OR (removed_at IS NULL))),
    CONSTRAINT payments_savedcard_expires_month_check CHECK ((expires_month >= 0)),
    CONSTRAINT payments_savedcard_expires_year_check CHECK ((expires_year >= 0))
);


CREATE TABLE public.payments_sellerprofile (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(120) NOT NULL,
    street character varying(120) NOT NULL,
    more character varying(120) NOT NULL,
    postal_code character varying(20) NOT NULL,
    city character varying(80) NOT NULL,
    country character varying(2) NOT NULL,
    vat_number character varying(20) NOT NULL,
    tax_number character varying(30) NOT NULL,
    is_small_business boolean NOT NULL,
    number_prefix character varying(10) NOT NULL,
    agreed_at timestamp with time zone,
    owner_id uuid,
    tax_kind_id uuid,
    CONSTRAINT a_small_business_has_a_number CHECK (((NOT is_small_business) OR (NOT (((tax_number)::text = ''::text) AND ((vat_number)::text = ''::text)))))
);


CREATE TABLE public.payments_subscription (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    status character varying(10) NOT NULL,
    timezone character varying(64) NOT NULL,
    anchor_at timestamp with time zone,
    period_number integer NOT NULL,
    current_period_start timestamp with time zone,
    current_period_end timestamp with time zone,
    started_at timestamp with time zone,
    cancel_requested_at timestamp with time zone,
    paused_at timestamp with time zone,
    grace_until timestamp with time zone,
    ended_at timestamp with time zone,
    end_reason character varying(10) NOT NULL,
    next_plan_id uuid,
    plan_id uuid NOT NULL,
    seller_id uuid,
    subscriber_id uuid NOT NULL,
    CONSTRAINT a_started_subscription_has_a_period CHECK ((((status)::text = ANY ((ARRAY['incomplete'::character varying, 'canceled'::character varying])::text[])) OR ((anchor_at IS NOT NULL) AND (current_period_end > current_period_start)))),
    CONSTRAINT an_ended_subscription_says_why CHECK ((((ended_at IS NOT NULL) AND ((status)::text = 'canceled'::text) AND (NOT ((end_reason)::text = ''::text))) OR ((NOT ((status)::text = 'canceled'::text)) AND ((end_reason)::text = ''::text) AND (ended_at IS NULL)))),
    CONSTRAINT grace_while_past_due CHECK ((((grace_until IS NOT NULL) AND ((status)::text = 'past_due'::text)) OR ((NOT ((status)::text = 'past_due'::text)) AND (grace_until IS NULL))))
);


CREATE TABLE public.payments_subscriptioncharge (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    number integer NOT NULL,
    kind character varying(8) NOT NULL,
    period_start timestamp with time zone NOT NULL,
    period_end timestamp with time zone NOT NULL,
    starts_new_period boolean NOT NULL,
    price numeric(14,4) NOT NULL,
    credit numeric(14,4) NOT NULL,
    amount numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    sessions smallint NOT NULL,
    state character varying(4) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    attempts smallint NOT NULL,
    next_attempt_at timestamp with time zone,
    problem character varying(300) NOT NULL,
    paid_at timestamp with time zone,
    plan_id uuid NOT NULL,
    subscription_id uuid NOT NULL,
    CONSTRAINT a_charge_has_a_period CHECK ((period_end > period_start)),
    CONSTRAINT a_paid_charge_says_when CHECK ((((paid_at IS NOT NULL) AND ((state)::text = 'paid'::text)) OR ((NOT ((state)::text = 'paid'::text)) AND (paid_at IS NULL)))),
    CONSTRAINT payments_subscriptioncharge_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT payments_subscriptioncharge_number_check CHECK ((number >= 0)),
    CONSTRAINT payments_subscriptioncharge_sessions_check CHECK ((sessions >= 0)),
    CONSTRAINT sums_of_a_charge_agree CHECK (((amount = (price - credit)) AND (amount >= (0)::numeric) AND (credit >= (0)::numeric)))
);


CREATE TABLE public.payments_taxkind (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    slug character varying(30) NOT NULL,
    remote_place character varying(6) NOT NULL,
    is_standard boolean NOT NULL
);


CREATE TABLE public.payments_taxrate (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    country character varying(2) NOT NULL,
    category character varying(2) NOT NULL,
    percent numeric(5,2) NOT NULL,
    reason character varying(200) NOT NULL,
    valid_from date NOT NULL,
    kind_id uuid NOT NULL,
    CONSTRAINT a_tax_rate_has_its_percent CHECK (((((category)::text = 'S'::text) AND (percent > (0)::numeric)) OR ((NOT ((category)::text = 'S'::text)) AND (percent = (0)::numeric)))),
    CONSTRAINT no_tax_has_its_reason CHECK ((((category)::text = ANY ((ARRAY['S'::character varying, 'Z'::character varying])::text[])) OR (NOT ((reason)::text = ''::text))))
);


CREATE TABLE public.payments_transfer (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    number smallint NOT NULL,
    percent numeric(5,2) NOT NULL,
    fee_percent numeric(5,2) NOT NULL,
    due_at timestamp with time zone NOT NULL,
    state character varying(10) NOT NULL,
    amount numeric(14,4) NOT NULL,
    fee numeric(14,4) NOT NULL,
    amount_back numeric(14,4) NOT NULL,
    fee_back numeric(14,4) NOT NULL,
    covered numeric(14,4) NOT NULL,
    attempts smallint NOT NULL,
    changes smallint NOT NULL,
    problem character varying(300) NOT NULL,
    asked_amount numeric(14,4),
    provider_id character varying(120) NOT NULL,
    sent_amount numeric(14,4),
    sent_currency character varying(3) NOT NULL,
    paid_at timestamp with time zone,
    owner_id uuid NOT NULL,
    payment_id uuid NOT NULL,
    waits_for_balance boolean DEFAULT false NOT NULL,
    CONSTRAINT payments_transfer_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT payments_transfer_changes_check CHECK ((changes >= 0)),
    CONSTRAINT payments_transfer_number_check CHECK ((number >= 0)),
    CONSTRAINT sent_amount_with_its_currency CHECK (((((provider_id)::text = ''::text) AND (sent_amount IS NULL) AND ((sent_currency)::text = ''::text)) OR ((sent_amount > (0)::numeric) AND (NOT ((sent_currency)::text = ''::text)) AND (NOT ((provider_id)::text = ''::text))))),
    CONSTRAINT transfer_sums_are_possible CHECK (((amount >= (0)::numeric) AND (amount_back >= (0)::numeric) AND (covered >= (0)::numeric) AND (fee >= (0)::numeric) AND (fee_back >= (0)::numeric) AND (amount_back <= amount) AND (covered <= amount) AND (fee_back <= fee)))
);


CREATE TABLE public.payments_transferreversal (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    amount numeric(14,4) NOT NULL,
    sent_amount numeric(14,4) NOT NULL,
    status character varying(8) NOT NULL,
    provider_id character varying(120) NOT NULL,
    problem character varying(300) NOT NULL,
    refund_id uuid,
    transfer_id uuid NOT NULL,
    CONSTRAINT a_reversal_has_an_amount CHECK (((amount > (0)::numeric) AND (sent_amount > (0)::numeric)))
);


CREATE TABLE public.referrals_referral (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    joined_at timestamp with time zone NOT NULL,
    status character varying(10) NOT NULL,
    status_at timestamp with time zone NOT NULL,
    reason character varying(12) NOT NULL,
    suspicion character varying(16) NOT NULL,
    note character varying(500) NOT NULL,
    booking_id uuid,
    decided_by_id uuid,
    friend_id uuid NOT NULL,
    referrer_id uuid NOT NULL,
    code_id uuid NOT NULL,
    rule_id uuid,
    CONSTRAINT a_refused_referral_has_its_reason CHECK (((((reason)::text > ''::text) AND ((status)::text = 'refused'::text)) OR ((NOT ((status)::text = 'refused'::text)) AND ((reason)::text = ''::text)))),
    CONSTRAINT nobody_refers_themselves CHECK ((NOT (referrer_id = friend_id)))
);


CREATE TABLE public.referrals_referralcode (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    code character varying(12) NOT NULL,
    owner_id uuid NOT NULL
);


CREATE TABLE public.referrals_reward (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    amount numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    given_at timestamp with time zone NOT NULL,
    amount_taken_back numeric(14,4) NOT NULL,
    person_id uuid NOT NULL,
    referral_id uuid NOT NULL,
    CONSTRAINT reward_sums_are_possible CHECK (((amount > (0)::numeric) AND (amount_taken_back >= (0)::numeric) AND (amount_taken_back <= amount)))
);


CREATE TABLE public.referrals_rewardrule (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    kind character varying(8) NOT NULL,
    is_on boolean NOT NULL,
    referrer_amount numeric(14,4) NOT NULL,
    friend_amount numeric(14,4) NOT NULL,
    currency character varying(3) NOT NULL,
    least_paid numeric(14,4) NOT NULL,
    days smallint NOT NULL,
    most_per_year smallint NOT NULL,
    created_by_id uuid,
    CONSTRAINT referrals_rewardrule_days_check CHECK ((days >= 0)),
    CONSTRAINT referrals_rewardrule_most_per_year_check CHECK ((most_per_year >= 0)),
    CONSTRAINT reward_is_possible CHECK (((friend_amount >= (0)::numeric) AND (least_paid >= (0)::numeric) AND (referrer_amount >= (0)::numeric)))
);


CREATE TABLE public.scheduling_calendarfeed (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    read_at timestamp with time zone,
    builder_id uuid NOT NULL
);


CREATE TABLE public.scheduling_calendlyeventtype (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    uri character varying(300) NOT NULL,
    name character varying(200) NOT NULL,
    upstream jsonb NOT NULL,
    written jsonb NOT NULL,
    kept character varying(20)[] NOT NULL,
    upstream_changed_at character varying(40) NOT NULL,
    is_active boolean NOT NULL,
    is_secret boolean NOT NULL,
    gone_at timestamp with time zone,
    mapped_at timestamp with time zone,
    builder_id uuid NOT NULL,
    session_type_id uuid NOT NULL
);


CREATE TABLE public.scheduling_calendlysync (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    status character varying(9) NOT NULL,
    created integer NOT NULL,
    updated integer NOT NULL,
    deactivated integer NOT NULL,
    unchanged integer NOT NULL,
    total integer NOT NULL,
    error character varying(300) NOT NULL,
    attempts smallint NOT NULL,
    due_at timestamp with time zone NOT NULL,
    has_to_wait boolean NOT NULL,
    leased_until timestamp with time zone,
    started_at timestamp with time zone,
    finished_at timestamp with time zone,
    account_id uuid NOT NULL,
    CONSTRAINT finished_syncs_have_their_time CHECK ((((finished_at IS NULL) AND ((status)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]))) OR ((finished_at IS NOT NULL) AND ((status)::text = ANY ((ARRAY['succeeded'::character varying, 'failed'::character varying])::text[]))))),
    CONSTRAINT scheduling_calendlysync_attempts_check CHECK ((attempts >= 0)),
    CONSTRAINT scheduling_calendlysync_created_check CHECK ((created >= 0)),
    CONSTRAINT scheduling_calendlysync_deactivated_check CHECK ((deactivated >= 0)),
    CONSTRAINT scheduling_calendlysync_total_check CHECK ((total >= 0)),
    CONSTRAINT scheduling_calendlysync_unchanged_check CHECK ((unchanged >= 0)),
    CONSTRAINT scheduling_calendlysync_updated_check CHECK ((updated >= 0))
);


CREATE TABLE public.scheduling_exceptionday (
    id bigint NOT NULL,
    date date NOT NULL,
    intervals smallint[] NOT NULL,
    schedule_id uuid NOT NULL
);


ALTER TABLE public.scheduling_exceptionday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scheduling_exceptionday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.scheduling_freetimes (
    session_type_id uuid NOT NULL,
    runs bigint[] NOT NULL,
    step integer NOT NULL,
    minutes smallint NOT NULL,
    notice integer NOT NULL,
    open_minutes integer NOT NULL,
    price_from numeric(14,4),
    currency character varying(3) NOT NULL,
    computed_at timestamp with time zone NOT NULL,
    builder_id uuid NOT NULL,
    CONSTRAINT scheduling_freetimes_minutes_check CHECK ((minutes >= 0)),
    CONSTRAINT scheduling_freetimes_notice_check CHECK ((notice >= 0)),
    CONSTRAINT scheduling_freetimes_open_minutes_check CHECK ((open_minutes >= 0)),
    CONSTRAINT scheduling_freetimes_step_check CHECK ((step >= 0))
);


CREATE TABLE public.scheduling_mergedbusytime (
    id bigint NOT NULL,
    minutes smallint NOT NULL,
    times tstzmultirange NOT NULL,
    builder_id uuid NOT NULL,
    CONSTRAINT scheduling_mergedbusytime_minutes_check CHECK ((minutes >= 0))
);


ALTER TABLE public.scheduling_mergedbusytime ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scheduling_mergedbusytime_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.scheduling_offeredday (
    id bigint NOT NULL,
    date date NOT NULL,
    minutes smallint NOT NULL,
    builder_id uuid NOT NULL,
    CONSTRAINT scheduling_offeredday_minutes_check CHECK ((minutes >= 0))
);


ALTER TABLE public.scheduling_offeredday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scheduling_offeredday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.scheduling_recurringhours (
    id bigint NOT NULL,
    weekday smallint NOT NULL,
    start smallint NOT NULL,
    "end" smallint NOT NULL,
    every_weeks smallint NOT NULL,
    ordinal smallint,
    starts_on date,
    ends_on date,
    schedule_id uuid NOT NULL,
    CONSTRAINT one_day_of_a_month CHECK (((ordinal IS NULL) OR (ordinal = ANY (ARRAY[1, 2, 3, 4, '-1'::integer])))),
    CONSTRAINT recurring_hours_are_possible CHECK ((("end" <= 1440) AND (start >= 0) AND (start < "end") AND ((weekday >= 0) AND (weekday <= 6)))),
    CONSTRAINT recurring_hours_end_after_they_start CHECK (((starts_on IS NULL) OR (ends_on IS NULL) OR (ends_on >= starts_on))),
    CONSTRAINT scheduling_recurringhours_end_check CHECK (("end" >= 0)),
    CONSTRAINT scheduling_recurringhours_every_weeks_check CHECK ((every_weeks >= 0)),
    CONSTRAINT scheduling_recurringhours_start_check CHECK ((start >= 0)),
    CONSTRAINT scheduling_recurringhours_weekday_check CHECK ((weekday >= 0)),
    CONSTRAINT weeks_are_counted_from_a_date CHECK (((every_weeks = 1) OR (((every_weeks >= 2) AND (every_weeks <= 4)) AND (ordinal IS NULL) AND (starts_on IS NOT NULL))))
);


ALTER TABLE public.scheduling_recurringhours ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scheduling_recurringhours_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.scheduling_reservation (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    during tstzrange NOT NULL,
    kind character varying(8) NOT NULL,
    capacity smallint NOT NULL,
    buffer_before smallint NOT NULL,
    buffer_after smallint NOT NULL,
    note character varying(120) NOT NULL,
    expires_at timestamp with time zone,
    released_at timestamp with time zone,
    builder_id uuid NOT NULL,
    session_type_id uuid,
    source_id uuid,
    source_key character varying(64) DEFAULT ''::character varying NOT NULL,
    CONSTRAINT a_session_has_a_type CHECK ((((kind)::text = ANY ((ARRAY['EXTERNAL'::character varying, 'TIME_OFF'::character varying])::text[])) OR (session_type_id IS NOT NULL))),
    CONSTRAINT a_source_is_busy_time CHECK (((source_id IS NULL) OR ((kind)::text = 'EXTERNAL'::text))),
    CONSTRAINT only_holds_expire CHECK ((((expires_at IS NOT NULL) AND ((kind)::text = 'HOLD'::text)) OR ((NOT ((kind)::text = 'HOLD'::text)) AND (expires_at IS NULL)))),
    CONSTRAINT room_for_one_at_least CHECK ((capacity >= 1)),
    CONSTRAINT scheduling_reservation_buffer_after_check CHECK ((buffer_after >= 0)),
    CONSTRAINT scheduling_reservation_buffer_before_check CHECK ((buffer_before >= 0)),
    CONSTRAINT scheduling_reservation_capacity_check CHECK ((capacity >= 0)),
    CONSTRAINT time_has_two_ends CHECK (((NOT isempty(during)) AND (NOT lower_inf(during)) AND (NOT upper_inf(during))))
);


CREATE TABLE public.scheduling_rule (
    id bigint NOT NULL,
    weekday smallint NOT NULL,
    start smallint NOT NULL,
    "end" smallint NOT NULL,
    schedule_id uuid NOT NULL,
    CONSTRAINT rule_is_possible CHECK ((("end" <= 1440) AND (start >= 0) AND (start < "end") AND ((weekday >= 0) AND (weekday <= 6)))),
    CONSTRAINT scheduling_rule_end_check CHECK (("end" >= 0)),
    CONSTRAINT scheduling_rule_start_check CHECK ((start >= 0)),
    CONSTRAINT scheduling_rule_weekday_check CHECK ((weekday >= 0))
);


ALTER TABLE public.scheduling_rule ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scheduling_rule_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.scheduling_schedule (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    kind character varying(8) NOT NULL,
    timezone character varying(64) NOT NULL,
    is_default boolean NOT NULL,
    is_active boolean NOT NULL,
    starts_on date,
    ends_on date,
    buffer_before smallint NOT NULL,
    buffer_after smallint NOT NULL,
    minimum_notice integer NOT NULL,
    horizon_days smallint NOT NULL,
    max_per_day smallint,
    holiday_country character varying(2),
    builder_id uuid NOT NULL,
    CONSTRAINT a_holiday_has_dates CHECK ((((kind)::text = 'weekly'::text) OR ((ends_on >= starts_on) AND (NOT is_default) AND (starts_on IS NOT NULL)))),
    CONSTRAINT scheduling_schedule_buffer_after_check CHECK ((buffer_after >= 0)),
    CONSTRAINT scheduling_schedule_buffer_before_check CHECK ((buffer_before >= 0)),
    CONSTRAINT scheduling_schedule_horizon_days_check CHECK ((horizon_days >= 0)),
    CONSTRAINT scheduling_schedule_max_per_day_check CHECK ((max_per_day >= 0)),
    CONSTRAINT scheduling_schedule_minimum_notice_check CHECK ((minimum_notice >= 0)),
    CONSTRAINT the_default_is_active CHECK (((NOT is_default) OR is_active))
);


CREATE TABLE public.scheduling_seat (
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    changed_at timestamp with time zone NOT NULL,
    id uuid NOT NULL,
    holder character varying(64) NOT NULL,
    address character varying(64) NOT NULL,
    extensions smallint NOT NULL,
    expires_at timestamp with time zone,
    released_at timestamp with time zone,
    person_id uuid,
    reservation_id uuid NOT NULL,
    plan_id uuid,
    CONSTRAINT scheduling_seat_extensions_check CHECK ((extensions >= 0))
);


CREATE TABLE public.scheduling_typeschedule (
    session_type_id uuid NOT NULL,
    schedule_id uuid NOT NULL
);


CREATE TABLE public.scheduling_workedholiday (
    id bigint NOT NULL,
    date date NOT NULL,
    schedule_id uuid NOT NULL
);


ALTER TABLE public.scheduling_workedholiday ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.scheduling_workedholiday_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE VIEW public.session_availability AS
 SELECT kind.id AS session_type_id,
    kind.builder_id,
    kind.category,
    (kind.is_active AND person.is_active AND profile.is_published AND COALESCE(offer.is_active, true) AND (next.at IS NOT NULL)) AS is_bookable,
    free.price_from,
    COALESCE(free.currency, offer.currency, 'USD'::character varying) AS currency,
    to_timestamp((next.at)::double precision) AS next_slot,
    COALESCE(free.open_minutes, 0) AS open_minutes
   FROM (((((public.coaching_sessiontype kind
     JOIN public.accounts_user person ON ((person.id = kind.builder_id)))
     JOIN public.accounts_builderprofile profile ON ((profile.user_id = kind.builder_id)))
     LEFT JOIN public.coaching_offer offer ON ((offer.builder_id = kind.builder_id)))
     LEFT JOIN public.scheduling_freetimes free ON ((free.session_type_id = kind.id)))
     LEFT JOIN LATERAL ( SELECT min(candidate.at) AS at
           FROM ( SELECT ((run.first)::numeric + (ceil(((GREATEST((0)::bigint, (clock.earliest - run.first)))::numeric / (free.step)::numeric)) * (free.step)::numeric)) AS at,
                    run.last
                   FROM ( SELECT ((floor(EXTRACT(epoch FROM clock_timestamp())))::bigint + GREATEST(1, free.notice)) AS earliest) clock,
                    ( SELECT free.runs[place.place] AS first,
                            free.runs[(place.place + 1)] AS last
                           FROM generate_series(1, COALESCE(array_length(free.runs, 1), 0), 2) place(place)) run) candidate
          WHERE (candidate.at <= (candidate.last)::numeric)) next ON (true));


CREATE TABLE public.usersessions_usersession (
    id bigint NOT NULL,
    created_at timestamp with time zone NOT NULL,
    ip inet NOT NULL,
    last_seen_at timestamp with time zone NOT NULL,
    session_key character varying(40) NOT NULL,
    user_agent character varying(200) NOT NULL,
    data jsonb NOT NULL,
    user_id uuid NOT NULL
);


ALTER TABLE public.usersessions_usersession ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.usersessions_usersession_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.waffle_flag (
    id integer NOT NULL,
    name character varying(100) NOT NULL,
    everyone boolean,
    percent numeric(3,1),
    testing boolean NOT NULL,
    superusers boolean NOT NULL,
    staff boolean NOT NULL,
    authenticated boolean NOT NULL,
    languages text NOT NULL,
    rollout boolean NOT NULL,
    note text NOT NULL,
    created timestamp with time zone NOT NULL,
    modified timestamp with time zone NOT NULL
);


CREATE TABLE public.waffle_flag_groups (
    id bigint NOT NULL,
    flag_id integer NOT NULL,
    group_id integer NOT NULL
);


ALTER TABLE public.waffle_flag_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.waffle_flag_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


ALTER TABLE public.waffle_flag ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.waffle_flag_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.waffle_flag_users (
    id bigint NOT NULL,
    flag_id integer NOT NULL,
    user_id uuid NOT NULL
);


ALTER TABLE public.waffle_flag_users ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.waffle_flag_users_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.waffle_sample (
    id integer NOT NULL,
    name character varying(100) NOT NULL,
    percent numeric(4,1) NOT NULL,
    note text NOT NULL,
    created timestamp with time zone NOT NULL,
    modified timestamp with time zone NOT NULL
);


ALTER TABLE public.waffle_sample ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.waffle_sample_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


CREATE TABLE public.waffle_switch (
    id integer NOT NULL,
    name character varying(100) NOT NULL,
    active boolean NOT NULL,
    note text NOT NULL,
    created timestamp with time zone NOT NULL,
    modified timestamp with time zone NOT NULL
);


ALTER TABLE public.waffle_switch ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME public.waffle_switch_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);


INSERT INTO public.accounts_professionalrole VALUES
	('coach', 'Coach', 0, true),
	('producer', 'Producer', 1, true),
	('engineer', 'Audio engineer', 2, true),
	('songwriter', 'Songwriter', 3, true),
	('musician', 'Musician', 4, true),
	('designer', 'Designer', 5, true),
	('developer', 'App developer', 6, true),
	('product', 'Product lead', 7, true),
	('photographer', 'Photographer', 8, true),
	('filmmaker', 'Filmmaker', 9, true),
	('writer', 'Writer', 10, true),
	('marketer', 'Marketer', 11, true),
	('realtor', 'Realtor', 12, true),
	('teacher', 'Teacher', 13, true),
	('mentor', 'Mentor', 14, true),
	('artist', 'Artist', 15, true);


INSERT INTO public.auth_permission VALUES
	(1, 'Can add alarm state', 1, 'add_alarmstate'),
	(2, 'Can change alarm state', 1, 'change_alarmstate'),
	(3, 'Can delete alarm state', 1, 'delete_alarmstate'),
	(4, 'Can view alarm state', 1, 'view_alarmstate'),
	(5, 'Can add backup record', 2, 'add_backuprecord'),
	(6, 'Can change backup record', 2, 'change_backuprecord'),
	(7, 'Can delete backup record', 2, 'delete_backuprecord'),
	(8, 'Can view backup record', 2, 'view_backuprecord'),
	(9, 'Can add error count', 3, 'add_errorcount'),
	(10, 'Can change error count', 3, 'change_errorcount'),
	(11, 'Can delete error count', 3, 'delete_errorcount'),
	(12, 'Can view error count', 3, 'view_errorcount'),
	(13, 'Can add staff note', 4, 'add_staffnote'),
	(14, 'Can change staff note', 4, 'change_staffnote'),
	(15, 'Can delete staff note', 4, 'delete_staffnote'),
	(16, 'Can view staff note', 4, 'view_staffnote'),
	(17, 'Can add builder metrics', 5, 'add_buildermetrics'),
	(18, 'Can change builder metrics', 5, 'change_buildermetrics'),
	(19, 'Can delete builder metrics', 5, 'delete_buildermetrics'),
	(20, 'Can view builder metrics', 5, 'view_buildermetrics'),
	(21, 'Can add moderation', 6, 'add_moderation'),
	(22, 'Can change moderation', 6, 'change_moderation'),
	(23, 'Can delete moderation', 6, 'delete_moderation'),
	(24, 'Can view moderation', 6, 'view_moderation'),
	(25, 'Can add builder listing', 7, 'add_builderlisting'),
	(26, 'Can change builder listing', 7, 'change_builderlisting'),
	(27, 'Can delete builder listing', 7, 'delete_builderlisting'),
	(28, 'Can view builder listing', 7, 'view_builderlisting'),
	(29, 'Can add favourite', 8, 'add_favourite'),
	(30, 'Can change favourite', 8, 'change_favourite'),
	(31, 'Can delete favourite', 8, 'delete_favourite'),
	(32, 'Can view favourite', 8, 'view_favourite'),
	(33, 'Can add portfolio asset', 9, 'add_portfolioasset'),
	(34, 'Can change portfolio asset', 9, 'change_portfolioasset'),
	(35, 'Can delete portfolio asset', 9, 'delete_portfolioasset'),
	(36, 'Can view portfolio asset', 9, 'view_portfolioasset'),
	(37, 'Can add specialisation', 10, 'add_specialisation'),
	(38, 'Can change specialisation', 10, 'change_specialisation'),
	(39, 'Can delete specialisation', 10, 'delete_specialisation'),
	(40, 'Can view specialisation', 10, 'view_specialisation'),
	(41, 'Can add first steps', 11, 'add_firststeps'),
	(42, 'Can change first steps', 11, 'change_firststeps'),
	(43, 'Can delete first steps', 11, 'delete_firststeps'),
	(44, 'Can view first steps', 11, 'view_firststeps'),
	(45, 'Can add listed word', 12, 'add_listedword'),
	(46, 'Can change listed word', 12, 'change_listedword'),
	(47, 'Can delete listed word', 12, 'delete_listedword'),
	(48, 'Can view listed word', 12, 'view_listedword'),
	(49, 'Can add letter choice', 13, 'add_letterchoice'),
	(50, 'Can change letter choice', 13, 'change_letterchoice'),
	(51, 'Can delete letter choice', 13, 'delete_letterchoice'),
	(52, 'Can view letter choice', 13, 'view_letterchoice'),
	(53, 'Can add saved search', 14, 'add_savedsearch'),
	(54, 'Can change saved search', 14, 'change_savedsearch'),
	(55, 'Can delete saved search', 14, 'delete_savedsearch'),
	(56, 'Can view saved search', 14, 'view_savedsearch'),
	(57, 'Can add opening notice', 15, 'add_openingnotice'),
	(58, 'Can change opening notice', 15, 'change_openingnotice'),
	(59, 'Can delete opening notice', 15, 'delete_openingnotice'),
	(60, 'Can view opening notice', 15, 'view_openingnotice'),
	(61, 'Can add weekly letter', 16, 'add_weeklyletter'),
	(62, 'Can change weekly letter', 16, 'change_weeklyletter'),
	(63, 'Can delete weekly letter', 16, 'delete_weeklyletter'),
	(64, 'Can view weekly letter', 16, 'view_weeklyletter'),
	(65, 'Can add daily figure run', 17, 'add_dailyfigurerun'),
	(66, 'Can change daily figure run', 17, 'change_dailyfigurerun'),
	(67, 'Can delete daily figure run', 17, 'delete_dailyfigurerun'),
	(68, 'Can view daily figure run', 17, 'view_dailyfigurerun'),
	(69, 'Can add daily figure', 18, 'add_dailyfigure'),
	(70, 'Can change daily figure', 18, 'change_dailyfigure'),
	(71, 'Can delete daily figure', 18, 'delete_dailyfigure'),
	(72, 'Can view daily figure', 18, 'view_dailyfigure'),
	(73, 'Can add referral code', 19, 'add_referralcode'),
	(74, 'Can change referral code', 19, 'change_referralcode'),
	(75, 'Can delete referral code', 19, 'delete_referralcode'),
	(76, 'Can view referral code', 19, 'view_referralcode'),
	(77, 'Can add reward rule', 20, 'add_rewardrule'),
	(78, 'Can change reward rule', 20, 'change_rewardrule'),
	(79, 'Can delete reward rule', 20, 'delete_rewardrule'),
	(80, 'Can view reward rule', 20, 'view_rewardrule'),
	(81, 'Can add referral', 21, 'add_referral'),
	(82, 'Can change referral', 21, 'change_referral'),
	(83, 'Can delete referral', 21, 'delete_referral'),
	(84, 'Can view referral', 21, 'view_referral'),
	(85, 'Can add reward', 22, 'add_reward'),
	(86, 'Can change reward', 22, 'change_reward'),
	(87, 'Can delete reward', 22, 'delete_reward'),
	(88, 'Can view reward', 22, 'view_reward'),
	(89, 'Can add guest', 23, 'add_guest'),
	(90, 'Can change guest', 23, 'change_guest'),
	(91, 'Can delete guest', 23, 'delete_guest'),
	(92, 'Can view guest', 23, 'view_guest'),
	(93, 'Can add booking', 24, 'add_booking'),
	(94, 'Can change booking', 24, 'change_booking'),
	(95, 'Can delete booking', 24, 'delete_booking'),
	(96, 'Can view booking', 24, 'view_booking'),
	(97, 'Can add answer', 25, 'add_answer'),
	(98, 'Can change answer', 25, 'change_answer'),
	(99, 'Can delete answer', 25, 'delete_answer'),
	(100, 'Can view answer', 25, 'view_answer'),
	(101, 'Can add booking event', 26, 'add_bookingevent'),
	(102, 'Can change booking event', 26, 'change_bookingevent'),
	(103, 'Can delete booking event', 26, 'delete_bookingevent'),
	(104, 'Can view booking event', 26, 'view_bookingevent'),
	(105, 'Can add draft', 27, 'add_draft'),
	(106, 'Can change draft', 27, 'change_draft'),
	(107, 'Can delete draft', 27, 'delete_draft'),
	(108, 'Can view draft', 27, 'view_draft'),
	(109, 'Can add review', 28, 'add_review'),
	(110, 'Can change review', 28, 'change_review'),
	(111, 'Can delete review', 28, 'delete_review'),
	(112, 'Can view review', 28, 'view_review'),
	(113, 'Can add statement', 29, 'add_statement'),
	(114, 'Can change statement', 29, 'change_statement'),
	(115, 'Can delete statement', 29, 'delete_statement'),
	(116, 'Can view statement', 29, 'view_statement'),
	(117, 'Can add deliverable', 30, 'add_deliverable'),
	(118, 'Can change deliverable', 30, 'change_deliverable'),
	(119, 'Can delete deliverable', 30, 'delete_deliverable'),
	(120, 'Can view deliverable', 30, 'view_deliverable'),
	(121, 'Can add project', 31, 'add_project'),
	(122, 'Can change project', 31, 'change_project'),
	(123, 'Can delete project', 31, 'delete_project'),
	(124, 'Can view project', 31, 'view_project'),
	(125, 'Can add series', 32, 'add_series'),
	(126, 'Can change series', 32, 'change_series'),
	(127, 'Can delete series', 32, 'delete_series'),
	(128, 'Can view series', 32, 'view_series'),
	(129, 'Can add client note', 33, 'add_clientnote'),
	(130, 'Can change client note', 33, 'change_clientnote'),
	(131, 'Can delete client note', 33, 'delete_clientnote'),
	(132, 'Can view client note', 33, 'view_clientnote'),
	(133, 'Can add waiting list entry', 34, 'add_waitinglistentry'),
	(134, 'Can change waiting list entry', 34, 'change_waitinglistentry'),
	(135, 'Can delete waiting list entry', 34, 'delete_waitinglistentry'),
	(136, 'Can view waiting list entry', 34, 'view_waitinglistentry'),
	(137, 'Can add slot offer', 35, 'add_slotoffer'),
	(138, 'Can change slot offer', 35, 'change_slotoffer'),
	(139, 'Can delete slot offer', 35, 'delete_slotoffer'),
	(140, 'Can view slot offer', 35, 'view_slotoffer'),
	(141, 'Can add funnel count', 36, 'add_funnelcount'),
	(142, 'Can change funnel count', 36, 'change_funnelcount'),
	(143, 'Can delete funnel count', 36, 'delete_funnelcount'),
	(144, 'Can view funnel count', 36, 'view_funnelcount'),
	(145, 'Can add proposal', 37, 'add_proposal'),
	(146, 'Can change proposal', 37, 'change_proposal'),
	(147, 'Can delete proposal', 37, 'delete_proposal'),
	(148, 'Can view proposal', 37, 'view_proposal'),
	(149, 'Can add meeting', 38, 'add_meeting'),
	(150, 'Can change meeting', 38, 'change_meeting'),
	(151, 'Can delete meeting', 38, 'delete_meeting'),
	(152, 'Can view meeting', 38, 'view_meeting'),
	(153, 'Can add Calendly event', 39, 'add_calendlyevent'),
	(154, 'Can change Calendly event', 39, 'change_calendlyevent'),
	(155, 'Can delete Calendly event', 39, 'delete_calendlyevent'),
	(156, 'Can view Calendly event', 39, 'view_calendlyevent'),
	(157, 'Can add Calendly invitee', 40, 'add_calendlyinvitee'),
	(158, 'Can change Calendly invitee', 40, 'change_calendlyinvitee'),
	(159, 'Can delete Calendly invitee', 40, 'delete_calendlyinvitee'),
	(160, 'Can view Calendly invitee', 40, 'view_calendlyinvitee'),
	(161, 'Can add preparation', 41, 'add_preparation'),
	(162, 'Can change preparation', 41, 'change_preparation'),
	(163, 'Can delete preparation', 41, 'delete_preparation'),
	(164, 'Can view preparation', 41, 'view_preparation'),
	(165, 'Can add booking attempt', 42, 'add_bookingattempt'),
	(166, 'Can change booking attempt', 42, 'change_bookingattempt'),
	(167, 'Can delete booking attempt', 42, 'delete_bookingattempt'),
	(168, 'Can view booking attempt', 42, 'view_bookingattempt'),
	(169, 'Can add guest merge', 43, 'add_guestmerge'),
	(170, 'Can change guest merge', 43, 'change_guestmerge'),
	(171, 'Can delete guest merge', 43, 'delete_guestmerge'),
	(172, 'Can view guest merge', 43, 'view_guestmerge'),
	(173, 'Can add star count', 44, 'add_starcount'),
	(174, 'Can change star count', 44, 'change_starcount'),
	(175, 'Can delete star count', 44, 'delete_starcount'),
	(176, 'Can view star count', 44, 'view_starcount'),
	(177, 'Can add session plan', 45, 'add_sessionplan'),
	(178, 'Can change session plan', 45, 'change_sessionplan'),
	(179, 'Can delete session plan', 45, 'delete_sessionplan'),
	(180, 'Can view session plan', 45, 'view_sessionplan'),
	(181, 'Can add planned session', 46, 'add_plannedsession'),
	(182, 'Can change planned session', 46, 'change_plannedsession'),
	(183, 'Can delete planned session', 46, 'delete_plannedsession'),
	(184, 'Can view planned session', 46, 'view_plannedsession'),
	(185, 'Can add skill report', 47, 'add_skillreport'),
	(186, 'Can change skill report', 47, 'change_skillreport'),
	(187, 'Can delete skill report', 47, 'delete_skillreport'),
	(188, 'Can view skill report', 47, 'view_skillreport'),
	(189, 'Can add session availability', 48, 'add_sessionavailability'),
	(190, 'Can change session availability', 48, 'change_sessionavailability'),
	(191, 'Can delete session availability', 48, 'delete_sessionavailability'),
	(192, 'Can view session availability', 48, 'view_sessionavailability'),
	(193, 'Can add calendar feed', 49, 'add_calendarfeed'),
	(194, 'Can change calendar feed', 49, 'change_calendarfeed'),
	(195, 'Can delete calendar feed', 49, 'delete_calendarfeed'),
	(196, 'Can view calendar feed', 49, 'view_calendarfeed'),
	(197, 'Can add free times', 50, 'add_freetimes'),
	(198, 'Can change free times', 50, 'change_freetimes'),
	(199, 'Can delete free times', 50, 'delete_freetimes'),
	(200, 'Can view free times', 50, 'view_freetimes'),
	(201, 'Can add reservation', 51, 'add_reservation'),
	(202, 'Can change reservation', 51, 'change_reservation'),
	(203, 'Can delete reservation', 51, 'delete_reservation'),
	(204, 'Can view reservation', 51, 'view_reservation'),
	(205, 'Can add schedule', 52, 'add_schedule'),
	(206, 'Can change schedule', 52, 'change_schedule'),
	(207, 'Can delete schedule', 52, 'delete_schedule'),
	(208, 'Can view schedule', 52, 'view_schedule'),
	(209, 'Can add rule', 53, 'add_rule'),
	(210, 'Can change rule', 53, 'change_rule'),
	(211, 'Can delete rule', 53, 'delete_rule'),
	(212, 'Can view rule', 53, 'view_rule'),
	(213, 'Can add exception day', 54, 'add_exceptionday'),
	(214, 'Can change exception day', 54, 'change_exceptionday'),
	(215, 'Can delete exception day', 54, 'delete_exceptionday'),
	(216, 'Can view exception day', 54, 'view_exceptionday'),
	(217, 'Can add seat', 55, 'add_seat'),
	(218, 'Can change seat', 55, 'change_seat'),
	(219, 'Can delete seat', 55, 'delete_seat'),
	(220, 'Can view seat', 55, 'view_seat'),
	(221, 'Can add type schedule', 56, 'add_typeschedule'),
	(222, 'Can change type schedule', 56, 'change_typeschedule'),
	(223, 'Can delete type schedule', 56, 'delete_typeschedule'),
	(224, 'Can view type schedule', 56, 'view_typeschedule'),
	(225, 'Can add worked holiday', 57, 'add_workedholiday'),
	(226, 'Can change worked holiday', 57, 'change_workedholiday'),
	(227, 'Can delete worked holiday', 57, 'delete_workedholiday'),
	(228, 'Can view worked holiday', 57, 'view_workedholiday'),
	(229, 'Can add offered day', 58, 'add_offeredday'),
	(230, 'Can change offered day', 58, 'change_offeredday'),
	(231, 'Can delete offered day', 58, 'delete_offeredday'),
	(232, 'Can view offered day', 58, 'view_offeredday'),
	(233, 'Can add Calendly event type', 59, 'add_calendlyeventtype'),
	(234, 'Can change Calendly event type', 59, 'change_calendlyeventtype'),
	(235, 'Can delete Calendly event type', 59, 'delete_calendlyeventtype'),
	(236, 'Can view Calendly event type', 59, 'view_calendlyeventtype'),
	(237, 'Can add Calendly sync', 60, 'add_calendlysync'),
	(238, 'Can change Calendly sync', 60, 'change_calendlysync'),
	(239, 'Can delete Calendly sync', 60, 'delete_calendlysync'),
	(240, 'Can view Calendly sync', 60, 'view_calendlysync'),
	(241, 'Can add recurring hours', 61, 'add_recurringhours'),
	(242, 'Can change recurring hours', 61, 'change_recurringhours'),
	(243, 'Can delete recurring hours', 61, 'delete_recurringhours'),
	(244, 'Can view recurring hours', 61, 'view_recurringhours'),
	(245, 'Can add merged busy time', 62, 'add_mergedbusytime'),
	(246, 'Can change merged busy time', 62, 'change_mergedbusytime'),
	(247, 'Can delete merged busy time', 62, 'delete_mergedbusytime'),
	(248, 'Can view merged busy time', 62, 'view_mergedbusytime'),
	(249, 'Can add service', 63, 'add_service'),
	(250, 'Can change service', 63, 'change_service'),
	(251, 'Can delete service', 63, 'delete_service'),
	(252, 'Can view service', 63, 'view_service'),
	(253, 'Can add offer', 64, 'add_offer'),
	(254, 'Can change offer', 64, 'change_offer'),
	(255, 'Can delete offer', 64, 'delete_offer'),
	(256, 'Can view offer', 64, 'view_offer'),
	(257, 'Can add session type', 65, 'add_sessiontype'),
	(258, 'Can change session type', 65, 'change_sessiontype'),
	(259, 'Can delete session type', 65, 'delete_sessiontype'),
	(260, 'Can view session type', 65, 'view_sessiontype'),
	(261, 'Can add session duration', 66, 'add_sessionduration'),
	(262, 'Can change session duration', 66, 'change_sessionduration'),
	(263, 'Can delete session duration', 66, 'delete_sessionduration'),
	(264, 'Can view session duration', 66, 'view_sessionduration'),
	(265, 'Can add question', 67, 'add_question'),
	(266, 'Can change question', 67, 'change_question'),
	(267, 'Can delete question', 67, 'delete_question'),
	(268, 'Can view question', 67, 'view_question'),
	(269, 'Can add cancellation tier', 68, 'add_cancellationtier'),
	(270, 'Can change cancellation tier', 68, 'change_cancellationtier'),
	(271, 'Can delete cancellation tier', 68, 'delete_cancellationtier'),
	(272, 'Can view cancellation tier', 68, 'view_cancellationtier'),
	(273, 'Can add offered duration', 69, 'add_offeredduration'),
	(274, 'Can change offered duration', 69, 'change_offeredduration'),
	(275, 'Can delete offered duration', 69, 'delete_offeredduration'),
	(276, 'Can view offered duration', 69, 'view_offeredduration'),
	(277, 'Can add price share', 70, 'add_priceshare'),
	(278, 'Can change price share', 70, 'change_priceshare'),
	(279, 'Can delete price share', 70, 'delete_priceshare'),
	(280, 'Can view price share', 70, 'view_priceshare'),
	(281, 'Can add package', 71, 'add_package'),
	(282, 'Can change package', 71, 'change_package'),
	(283, 'Can delete package', 71, 'delete_package'),
	(284, 'Can view package', 71, 'view_package'),
	(285, 'Can add package purchase', 72, 'add_packagepurchase'),
	(286, 'Can change package purchase', 72, 'change_packagepurchase'),
	(287, 'Can delete package purchase', 72, 'delete_packagepurchase'),
	(288, 'Can view package purchase', 72, 'view_packagepurchase'),
	(289, 'Can add pathway', 73, 'add_pathway'),
	(290, 'Can change pathway', 73, 'change_pathway'),
	(291, 'Can delete pathway', 73, 'delete_pathway'),
	(292, 'Can view pathway', 73, 'view_pathway'),
	(293, 'Can add enrolment', 74, 'add_enrolment'),
	(294, 'Can change enrolment', 74, 'change_enrolment'),
	(295, 'Can delete enrolment', 74, 'delete_enrolment'),
	(296, 'Can view enrolment', 74, 'view_enrolment'),
	(297, 'Can add skill', 75, 'add_skill'),
	(298, 'Can change skill', 75, 'change_skill'),
	(299, 'Can delete skill', 75, 'delete_skill'),
	(300, 'Can view skill', 75, 'view_skill'),
	(301, 'Can add award', 76, 'add_award'),
	(302, 'Can change award', 76, 'change_award'),
	(303, 'Can delete award', 76, 'delete_award'),
	(304, 'Can view award', 76, 'view_award'),
	(305, 'Can add badge', 77, 'add_badge'),
	(306, 'Can change badge', 77, 'change_badge'),
	(307, 'Can delete badge', 77, 'delete_badge'),
	(308, 'Can view badge', 77, 'view_badge'),
	(309, 'Can add enrolment event', 78, 'add_enrolmentevent'),
	(310, 'Can change enrolment event', 78, 'change_enrolmentevent'),
	(311, 'Can delete enrolment event', 78, 'delete_enrolmentevent'),
	(312, 'Can view enrolment event', 78, 'view_enrolmentevent'),
	(313, 'Can add evidence', 79, 'add_evidence'),
	(314, 'Can change evidence', 79, 'change_evidence'),
	(315, 'Can delete evidence', 79, 'delete_evidence'),
	(316, 'Can view evidence', 79, 'view_evidence'),
	(317, 'Can add progress', 80, 'add_progress'),
	(318, 'Can change progress', 80, 'change_progress'),
	(319, 'Can delete progress', 80, 'delete_progress'),
	(320, 'Can view progress', 80, 'view_progress'),
	(321, 'Can add progress event', 81, 'add_progressevent'),
	(322, 'Can change progress event', 81, 'change_progressevent'),
	(323, 'Can delete progress event', 81, 'delete_progressevent'),
	(324, 'Can view progress event', 81, 'view_progressevent'),
	(325, 'Can add skill prerequisite', 82, 'add_skillprerequisite'),
	(326, 'Can change skill prerequisite', 82, 'change_skillprerequisite'),
	(327, 'Can delete skill prerequisite', 82, 'delete_skillprerequisite'),
	(328, 'Can view skill prerequisite', 82, 'view_skillprerequisite'),
	(329, 'Can add builder skill', 83, 'add_builderskill'),
	(330, 'Can change builder skill', 83, 'change_builderskill'),
	(331, 'Can delete builder skill', 83, 'delete_builderskill'),
	(332, 'Can view builder skill', 83, 'view_builderskill'),
	(333, 'Can add goal', 84, 'add_goal'),
	(334, 'Can change goal', 84, 'change_goal'),
	(335, 'Can delete goal', 84, 'delete_goal'),
	(336, 'Can view goal', 84, 'view_goal'),
	(337, 'Can add goal event', 85, 'add_goalevent'),
	(338, 'Can change goal event', 85, 'change_goalevent'),
	(339, 'Can delete goal event', 85, 'delete_goalevent'),
	(340, 'Can view goal event', 85, 'view_goalevent'),
	(341, 'Can add goal step', 86, 'add_goalstep'),
	(342, 'Can change goal step', 86, 'change_goalstep'),
	(343, 'Can delete goal step', 86, 'delete_goalstep'),
	(344, 'Can view goal step', 86, 'view_goalstep'),
	(345, 'Can add completed session', 87, 'add_completedsession'),
	(346, 'Can change completed session', 87, 'change_completedsession'),
	(347, 'Can delete completed session', 87, 'delete_completedsession'),
	(348, 'Can view completed session', 87, 'view_completedsession'),
	(349, 'Can add answered request', 88, 'add_answeredrequest'),
	(350, 'Can change answered request', 88, 'change_answeredrequest'),
	(351, 'Can delete answered request', 88, 'delete_answeredrequest'),
	(352, 'Can view answered request', 88, 'view_answeredrequest'),
	(353, 'Can add connection', 89, 'add_connection'),
	(354, 'Can change connection', 89, 'change_connection'),
	(355, 'Can delete connection', 89, 'delete_connection'),
	(356, 'Can view connection', 89, 'view_connection'),
	(357, 'Can add linked account', 90, 'add_linkedaccount'),
	(358, 'Can change linked account', 90, 'change_linkedaccount'),
	(359, 'Can delete linked account', 90, 'delete_linkedaccount'),
	(360, 'Can view linked account', 90, 'view_linkedaccount'),
	(361, 'Can add zoom settings', 91, 'add_zoomsettings'),
	(362, 'Can change zoom settings', 91, 'change_zoomsettings'),
	(363, 'Can delete zoom settings', 91, 'delete_zoomsettings'),
	(364, 'Can view zoom settings', 91, 'view_zoomsettings'),
	(365, 'Can add account calendar', 92, 'add_accountcalendar'),
	(366, 'Can change account calendar', 92, 'change_accountcalendar'),
	(367, 'Can delete account calendar', 92, 'delete_accountcalendar'),
	(368, 'Can view account calendar', 92, 'view_accountcalendar'),
	(369, 'Can add Calendly account', 93, 'add_calendlyaccount'),
	(370, 'Can change Calendly account', 93, 'change_calendlyaccount'),
	(371, 'Can delete Calendly account', 93, 'delete_calendlyaccount'),
	(372, 'Can view Calendly account', 93, 'view_calendlyaccount'),
	(373, 'Can add webhook endpoint', 94, 'add_webhookendpoint'),
	(374, 'Can change webhook endpoint', 94, 'change_webhookendpoint'),
	(375, 'Can delete webhook endpoint', 94, 'delete_webhookendpoint'),
	(376, 'Can view webhook endpoint', 94, 'view_webhookendpoint'),
	(377, 'Can add webhook message', 95, 'add_webhookmessage'),
	(378, 'Can change webhook message', 95, 'change_webhookmessage'),
	(379, 'Can delete webhook message', 95, 'delete_webhookmessage'),
	(380, 'Can view webhook message', 95, 'view_webhookmessage'),
	(381, 'Can add webhook attempt', 96, 'add_webhookattempt'),
	(382, 'Can change webhook attempt', 96, 'change_webhookattempt'),
	(383, 'Can delete webhook attempt', 96, 'delete_webhookattempt'),
	(384, 'Can view webhook attempt', 96, 'view_webhookattempt'),
	(385, 'Can add ledger account', 97, 'add_ledgeraccount'),
	(386, 'Can change ledger account', 97, 'change_ledgeraccount'),
	(387, 'Can delete ledger account', 97, 'delete_ledgeraccount'),
	(388, 'Can view ledger account', 97, 'view_ledgeraccount'),
	(389, 'Can add ledger closing', 98, 'add_ledgerclosing'),
	(390, 'Can change ledger closing', 98, 'change_ledgerclosing'),
	(391, 'Can delete ledger closing', 98, 'delete_ledgerclosing'),
	(392, 'Can view ledger closing', 98, 'view_ledgerclosing'),
	(393, 'Can add ledger entry', 99, 'add_ledgerentry'),
	(394, 'Can change ledger entry', 99, 'change_ledgerentry'),
	(395, 'Can delete ledger entry', 99, 'delete_ledgerentry'),
	(396, 'Can view ledger entry', 99, 'view_ledgerentry'),
	(397, 'Can add ledger leg', 100, 'add_ledgerleg'),
	(398, 'Can change ledger leg', 100, 'change_ledgerleg'),
	(399, 'Can delete ledger leg', 100, 'delete_ledgerleg'),
	(400, 'Can view ledger leg', 100, 'view_ledgerleg'),
	(401, 'Can add payment', 101, 'add_payment'),
	(402, 'Can change payment', 101, 'change_payment'),
	(403, 'Can delete payment', 101, 'delete_payment'),
	(404, 'Can view payment', 101, 'view_payment'),
	(405, 'Can add receipt', 102, 'add_receipt'),
	(406, 'Can change receipt', 102, 'change_receipt'),
	(407, 'Can delete receipt', 102, 'delete_receipt'),
	(408, 'Can view receipt', 102, 'view_receipt'),
	(409, 'Can add refund', 103, 'add_refund'),
	(410, 'Can change refund', 103, 'change_refund'),
	(411, 'Can delete refund', 103, 'delete_refund'),
	(412, 'Can view refund', 103, 'view_refund'),
	(413, 'Can add provider transaction', 104, 'add_providertransaction'),
	(414, 'Can change provider transaction', 104, 'change_providertransaction'),
	(415, 'Can delete provider transaction', 104, 'delete_providertransaction'),
	(416, 'Can view provider transaction', 104, 'view_providertransaction'),
	(417, 'Can add checkout', 105, 'add_checkout'),
	(418, 'Can change checkout', 105, 'change_checkout'),
	(419, 'Can delete checkout', 105, 'delete_checkout'),
	(420, 'Can view checkout', 105, 'view_checkout'),
	(421, 'Can add correction', 106, 'add_correction'),
	(422, 'Can change correction', 106, 'change_correction'),
	(423, 'Can delete correction', 106, 'delete_correction'),
	(424, 'Can view correction', 106, 'view_correction'),
	(425, 'Can add payout hold', 107, 'add_payouthold'),
	(426, 'Can change payout hold', 107, 'change_payouthold'),
	(427, 'Can delete payout hold', 107, 'delete_payouthold'),
	(428, 'Can view payout hold', 107, 'view_payouthold'),
	(429, 'Can add provider account', 108, 'add_provideraccount'),
	(430, 'Can change provider account', 108, 'change_provideraccount'),
	(431, 'Can delete provider account', 108, 'delete_provideraccount'),
	(432, 'Can view provider account', 108, 'view_provideraccount'),
	(433, 'Can add provider check', 109, 'add_providercheck'),
	(434, 'Can change provider check', 109, 'change_providercheck'),
	(435, 'Can delete provider check', 109, 'delete_providercheck'),
	(436, 'Can view provider check', 109, 'view_providercheck'),
	(437, 'Can add transfer', 110, 'add_transfer'),
	(438, 'Can change transfer', 110, 'change_transfer'),
	(439, 'Can delete transfer', 110, 'delete_transfer'),
	(440, 'Can view transfer', 110, 'view_transfer'),
	(441, 'Can add transfer reversal', 111, 'add_transferreversal'),
	(442, 'Can change transfer reversal', 111, 'change_transferreversal'),
	(443, 'Can delete transfer reversal', 111, 'delete_transferreversal'),
	(444, 'Can view transfer reversal', 111, 'view_transferreversal'),
	(445, 'Can add bank dispute', 112, 'add_paymentdispute'),
	(446, 'Can change bank dispute', 112, 'change_paymentdispute'),
	(447, 'Can delete bank dispute', 112, 'delete_paymentdispute'),
	(448, 'Can view bank dispute', 112, 'view_paymentdispute'),
	(449, 'Can add dispute file', 113, 'add_disputefile'),
	(450, 'Can change dispute file', 113, 'change_disputefile'),
	(451, 'Can delete dispute file', 113, 'delete_disputefile'),
	(452, 'Can view dispute file', 113, 'view_disputefile'),
	(453, 'Can add dispute evidence', 114, 'add_disputeevidence'),
	(454, 'Can change dispute evidence', 114, 'change_disputeevidence'),
	(455, 'Can delete dispute evidence', 114, 'delete_disputeevidence'),
	(456, 'Can view dispute evidence', 114, 'view_disputeevidence'),
	(457, 'Can add buyer profile', 115, 'add_buyerprofile'),
	(458, 'Can change buyer profile', 115, 'change_buyerprofile'),
	(459, 'Can delete buyer profile', 115, 'delete_buyerprofile'),
	(460, 'Can view buyer profile', 115, 'view_buyerprofile'),
	(461, 'Can add invoice series', 116, 'add_invoiceseries'),
	(462, 'Can change invoice series', 116, 'change_invoiceseries'),
	(463, 'Can delete invoice series', 116, 'delete_invoiceseries'),
	(464, 'Can view invoice series', 116, 'view_invoiceseries'),
	(465, 'Can add tax kind', 117, 'add_taxkind'),
	(466, 'Can change tax kind', 117, 'change_taxkind'),
	(467, 'Can delete tax kind', 117, 'delete_taxkind'),
	(468, 'Can view tax kind', 117, 'view_taxkind'),
	(469, 'Can add invoice', 118, 'add_invoice'),
	(470, 'Can change invoice', 118, 'change_invoice'),
	(471, 'Can delete invoice', 118, 'delete_invoice'),
	(472, 'Can view invoice', 118, 'view_invoice'),
	(473, 'Can add seller profile', 119, 'add_sellerprofile'),
	(474, 'Can change seller profile', 119, 'change_sellerprofile'),
	(475, 'Can delete seller profile', 119, 'delete_sellerprofile'),
	(476, 'Can view seller profile', 119, 'view_sellerprofile'),
	(477, 'Can add tax rate', 120, 'add_taxrate'),
	(478, 'Can change tax rate', 120, 'change_taxrate'),
	(479, 'Can delete tax rate', 120, 'delete_taxrate'),
	(480, 'Can view tax rate', 120, 'view_taxrate'),
	(481, 'Can add credit grant', 121, 'add_creditgrant'),
	(482, 'Can change credit grant', 121, 'change_creditgrant'),
	(483, 'Can delete credit grant', 121, 'delete_creditgrant'),
	(484, 'Can view credit grant', 121, 'view_creditgrant'),
	(485, 'Can add provider customer', 122, 'add_providercustomer'),
	(486, 'Can change provider customer', 122, 'change_providercustomer'),
	(487, 'Can delete provider customer', 122, 'delete_providercustomer'),
	(488, 'Can view provider customer', 122, 'view_providercustomer'),
	(489, 'Can add plan', 123, 'add_plan'),
	(490, 'Can change plan', 123, 'change_plan'),
	(491, 'Can delete plan', 123, 'delete_plan'),
	(492, 'Can view plan', 123, 'view_plan'),
	(493, 'Can add saved card', 124, 'add_savedcard'),
	(494, 'Can change saved card', 124, 'change_savedcard'),
	(495, 'Can delete saved card', 124, 'delete_savedcard'),
	(496, 'Can view saved card', 124, 'view_savedcard'),
	(497, 'Can add subscription', 125, 'add_subscription'),
	(498, 'Can change subscription', 125, 'change_subscription'),
	(499, 'Can delete subscription', 125, 'delete_subscription'),
	(500, 'Can view subscription', 125, 'view_subscription'),
	(501, 'Can add card page', 126, 'add_cardpage'),
	(502, 'Can change card page', 126, 'change_cardpage'),
	(503, 'Can delete card page', 126, 'delete_cardpage'),
	(504, 'Can view card page', 126, 'view_cardpage'),
	(505, 'Can add subscription charge', 127, 'add_subscriptioncharge'),
	(506, 'Can change subscription charge', 127, 'change_subscriptioncharge'),
	(507, 'Can delete subscription charge', 127, 'delete_subscriptioncharge'),
	(508, 'Can view subscription charge', 127, 'view_subscriptioncharge'),
	(509, 'Can add conversation', 128, 'add_conversation'),
	(510, 'Can change conversation', 128, 'change_conversation'),
	(511, 'Can delete conversation', 128, 'delete_conversation'),
	(512, 'Can view conversation', 128, 'view_conversation'),
	(513, 'Can add message', 129, 'add_message'),
	(514, 'Can change message', 129, 'change_message'),
	(515, 'Can delete message', 129, 'delete_message'),
	(516, 'Can view message', 129, 'view_message'),
	(517, 'Can add attachment', 130, 'add_attachment'),
	(518, 'Can change attachment', 130, 'change_attachment'),
	(519, 'Can delete attachment', 130, 'delete_attachment'),
	(520, 'Can view attachment', 130, 'view_attachment'),
	(521, 'Can add message preferences', 131, 'add_messagepreferences'),
	(522, 'Can change message preferences', 131, 'change_messagepreferences'),
	(523, 'Can delete message preferences', 131, 'delete_messagepreferences'),
	(524, 'Can view message preferences', 131, 'view_messagepreferences'),
	(525, 'Can add participant', 132, 'add_participant'),
	(526, 'Can change participant', 132, 'change_participant'),
	(527, 'Can delete participant', 132, 'delete_participant'),
	(528, 'Can view participant', 132, 'view_participant'),
	(529, 'Can add message report', 133, 'add_messagereport'),
	(530, 'Can change message report', 133, 'change_messagereport'),
	(531, 'Can delete message report', 133, 'delete_messagereport'),
	(532, 'Can view message report', 133, 'view_messagereport'),
	(533, 'Can add saved reply', 134, 'add_savedreply'),
	(534, 'Can change saved reply', 134, 'change_savedreply'),
	(535, 'Can delete saved reply', 134, 'delete_savedreply'),
	(536, 'Can view saved reply', 134, 'view_savedreply'),
	(537, 'Can add user', 135, 'add_user'),
	(538, 'Can change user', 135, 'change_user'),
	(539, 'Can delete user', 135, 'delete_user'),
	(540, 'Can view user', 135, 'view_user'),
	(541, 'Can add builder profile', 136, 'add_builderprofile'),
	(542, 'Can change builder profile', 136, 'change_builderprofile'),
	(543, 'Can delete builder profile', 136, 'delete_builderprofile'),
	(544, 'Can view builder profile', 136, 'view_builderprofile'),
	(545, 'Can add API token', 137, 'add_apitoken'),
	(546, 'Can change API token', 137, 'change_apitoken'),
	(547, 'Can delete API token', 137, 'delete_apitoken'),
	(548, 'Can view API token', 137, 'view_apitoken'),
	(549, 'Can add role grant', 138, 'add_rolegrant'),
	(550, 'Can change role grant', 138, 'change_rolegrant'),
	(551, 'Can delete role grant', 138, 'delete_rolegrant'),
	(552, 'Can view role grant', 138, 'view_rolegrant'),
	(553, 'Can add builder application', 139, 'add_builderapplication'),
	(554, 'Can change builder application', 139, 'change_builderapplication'),
	(555, 'Can delete builder application', 139, 'delete_builderapplication'),
	(556, 'Can view builder application', 139, 'view_builderapplication'),
	(557, 'Can add notification', 140, 'add_notification'),
	(558, 'Can change notification', 140, 'change_notification'),
	(559, 'Can delete notification', 140, 'delete_notification'),
	(560, 'Can view notification', 140, 'view_notification'),
	(561, 'Can add client profile', 141, 'add_clientprofile'),
	(562, 'Can change client profile', 141, 'change_clientprofile'),
	(563, 'Can delete client profile', 141, 'delete_clientprofile'),
	(564, 'Can view client profile', 141, 'view_clientprofile'),
	(565, 'Can add place', 142, 'add_place'),
	(566, 'Can change place', 142, 'change_place'),
	(567, 'Can delete place', 142, 'delete_place'),
	(568, 'Can view place', 142, 'view_place'),
	(569, 'Can add professional role', 143, 'add_professionalrole'),
	(570, 'Can change professional role', 143, 'change_professionalrole'),
	(571, 'Can delete professional role', 143, 'delete_professionalrole'),
	(572, 'Can view professional role', 143, 'view_professionalrole'),
	(573, 'Can add data export', 144, 'add_dataexport'),
	(574, 'Can change data export', 144, 'change_dataexport'),
	(575, 'Can delete data export', 144, 'delete_dataexport'),
	(576, 'Can view data export', 144, 'view_dataexport'),
	(577, 'Can add sign up', 145, 'add_signup'),
	(578, 'Can change sign up', 145, 'change_signup'),
	(579, 'Can delete sign up', 145, 'delete_signup'),
	(580, 'Can view sign up', 145, 'view_signup'),
	(581, 'Can add address change', 146, 'add_addresschange'),
	(582, 'Can change address change', 146, 'change_addresschange'),
	(583, 'Can delete address change', 146, 'delete_addresschange'),
	(584, 'Can view address change', 146, 'view_addresschange'),
	(585, 'Can add member', 147, 'add_member'),
	(586, 'Can change member', 147, 'change_member'),
	(587, 'Can delete member', 147, 'delete_member'),
	(588, 'Can view member', 147, 'view_member'),
	(589, 'Can add member change', 148, 'add_memberchange'),
	(590, 'Can change member change', 148, 'change_memberchange'),
	(591, 'Can delete member change', 148, 'delete_memberchange'),
	(592, 'Can view member change', 148, 'view_memberchange'),
	(593, 'Can add member duplicate', 149, 'add_memberduplicate'),
	(594, 'Can change member duplicate', 149, 'change_memberduplicate'),
	(595, 'Can delete member duplicate', 149, 'delete_memberduplicate'),
	(596, 'Can view member duplicate', 149, 'view_memberduplicate'),
	(597, 'Can add member import', 150, 'add_memberimport'),
	(598, 'Can change member import', 150, 'change_memberimport'),
	(599, 'Can delete member import', 150, 'delete_memberimport'),
	(600, 'Can view member import', 150, 'view_memberimport'),
	(601, 'Can add member merge', 151, 'add_membermerge'),
	(602, 'Can change member merge', 151, 'change_membermerge'),
	(603, 'Can delete member merge', 151, 'delete_membermerge'),
	(604, 'Can view member merge', 151, 'view_membermerge'),
	(605, 'Can add acting session', 152, 'add_actingsession'),
	(606, 'Can change acting session', 152, 'change_actingsession'),
	(607, 'Can delete acting session', 152, 'delete_actingsession'),
	(608, 'Can view acting session', 152, 'view_actingsession'),
	(609, 'Can add join invitation', 153, 'add_joininvitation'),
	(610, 'Can change join invitation', 153, 'change_joininvitation'),
	(611, 'Can delete join invitation', 153, 'delete_joininvitation'),
	(612, 'Can view join invitation', 153, 'view_joininvitation'),
	(613, 'Can add attempt', 154, 'add_attempt'),
	(614, 'Can change attempt', 154, 'change_attempt'),
	(615, 'Can delete attempt', 154, 'delete_attempt'),
	(616, 'Can view attempt', 154, 'view_attempt'),
	(617, 'Can add heartbeat', 155, 'add_heartbeat'),
	(618, 'Can change heartbeat', 155, 'change_heartbeat'),
	(619, 'Can delete heartbeat', 155, 'delete_heartbeat'),
	(620, 'Can view heartbeat', 155, 'view_heartbeat'),
	(621, 'Can add job run', 156, 'add_jobrun'),
	(622, 'Can change job run', 156, 'change_jobrun'),
	(623, 'Can delete job run', 156, 'delete_jobrun'),
	(624, 'Can view job run', 156, 'view_jobrun'),
	(625, 'Can add exchange rate', 157, 'add_exchangerate'),
	(626, 'Can change exchange rate', 157, 'change_exchangerate'),
	(627, 'Can delete exchange rate', 157, 'delete_exchangerate'),
	(628, 'Can view exchange rate', 157, 'view_exchangerate'),
	(629, 'Can add outbox message', 158, 'add_outboxmessage'),
	(630, 'Can change outbox message', 158, 'change_outboxmessage'),
	(631, 'Can delete outbox message', 158, 'delete_outboxmessage'),
	(632, 'Can view outbox message', 158, 'view_outboxmessage'),
	(633, 'Can add audit entry', 159, 'add_auditentry'),
	(634, 'Can change audit entry', 159, 'change_auditentry'),
	(635, 'Can delete audit entry', 159, 'delete_auditentry'),
	(636, 'Can view audit entry', 159, 'view_auditentry'),
	(637, 'Can add Flag', 160, 'add_flag'),
	(638, 'Can change Flag', 160, 'change_flag'),
	(639, 'Can delete Flag', 160, 'delete_flag'),
	(640, 'Can view Flag', 160, 'view_flag'),
	(641, 'Can add idempotency key', 161, 'add_idempotencykey'),
	(642, 'Can change idempotency key', 161, 'change_idempotencykey'),
	(643, 'Can delete idempotency key', 161, 'delete_idempotencykey'),
	(644, 'Can view idempotency key', 161, 'view_idempotencykey'),
	(645, 'Can add webhook delivery', 162, 'add_webhookdelivery'),
	(646, 'Can change webhook delivery', 162, 'change_webhookdelivery'),
	(647, 'Can delete webhook delivery', 162, 'delete_webhookdelivery'),
	(648, 'Can view webhook delivery', 162, 'view_webhookdelivery'),
	(649, 'Can add site page', 163, 'add_sitepage'),
	(650, 'Can change site page', 163, 'change_sitepage'),
	(651, 'Can delete site page', 163, 'delete_sitepage'),
	(652, 'Can view site page', 163, 'view_sitepage'),
	(653, 'Can add demand event', 164, 'add_demandevent'),
	(654, 'Can change demand event', 164, 'change_demandevent'),
	(655, 'Can delete demand event', 164, 'delete_demandevent'),
	(656, 'Can view demand event', 164, 'view_demandevent'),
	(657, 'Can add email', 165, 'add_maillogentry'),
	(658, 'Can change email', 165, 'change_maillogentry'),
	(659, 'Can delete email', 165, 'delete_maillogentry'),
	(660, 'Can view email', 165, 'view_maillogentry'),
	(661, 'Can add event of an email', 166, 'add_mailevent'),
	(662, 'Can change event of an email', 166, 'change_mailevent'),
	(663, 'Can delete event of an email', 166, 'delete_mailevent'),
	(664, 'Can view event of an email', 166, 'view_mailevent'),
	(665, 'Can add address without mail', 167, 'add_deadaddress'),
	(666, 'Can change address without mail', 167, 'change_deadaddress'),
	(667, 'Can delete address without mail', 167, 'delete_deadaddress'),
	(668, 'Can view address without mail', 167, 'view_deadaddress'),
	(669, 'Can add pause of the outbox', 168, 'add_outboxpause'),
	(670, 'Can change pause of the outbox', 168, 'change_outboxpause'),
	(671, 'Can delete pause of the outbox', 168, 'delete_outboxpause'),
	(672, 'Can view pause of the outbox', 168, 'view_outboxpause'),
	(673, 'Can add audit seal', 169, 'add_auditseal'),
	(674, 'Can change audit seal', 169, 'change_auditseal'),
	(675, 'Can delete audit seal', 169, 'delete_auditseal'),
	(676, 'Can view audit seal', 169, 'view_auditseal'),
	(677, 'Can add contact message', 170, 'add_contactmessage'),
	(678, 'Can change contact message', 170, 'change_contactmessage'),
	(679, 'Can delete contact message', 170, 'delete_contactmessage'),
	(680, 'Can view contact message', 170, 'view_contactmessage'),
	(681, 'Can add policy version', 171, 'add_policyversion'),
	(682, 'Can change policy version', 171, 'change_policyversion'),
	(683, 'Can delete policy version', 171, 'delete_policyversion'),
	(684, 'Can view policy version', 171, 'view_policyversion'),
	(685, 'Can add acceptance', 172, 'add_acceptance'),
	(686, 'Can change acceptance', 172, 'change_acceptance'),
	(687, 'Can delete acceptance', 172, 'delete_acceptance'),
	(688, 'Can view acceptance', 172, 'view_acceptance'),
	(689, 'Can add rule for joining', 173, 'add_signuppolicy'),
	(690, 'Can change rule for joining', 173, 'change_signuppolicy'),
	(691, 'Can delete rule for joining', 173, 'delete_signuppolicy'),
	(692, 'Can view rule for joining', 173, 'view_signuppolicy'),
	(693, 'Can add announcement', 174, 'add_announcement'),
	(694, 'Can change announcement', 174, 'change_announcement'),
	(695, 'Can delete announcement', 174, 'delete_announcement'),
	(696, 'Can view announcement', 174, 'view_announcement'),
	(697, 'Can add feedback', 175, 'add_feedback'),
	(698, 'Can change feedback', 175, 'change_feedback'),
	(699, 'Can delete feedback', 175, 'delete_feedback'),
	(700, 'Can view feedback', 175, 'view_feedback'),
	(701, 'Can add maintenance', 176, 'add_maintenance'),
	(702, 'Can change maintenance', 176, 'change_maintenance'),
	(703, 'Can delete maintenance', 176, 'delete_maintenance'),
	(704, 'Can view maintenance', 176, 'view_maintenance'),
	(705, 'Can add email address', 177, 'add_emailaddress'),
	(706, 'Can change email address', 177, 'change_emailaddress'),
	(707, 'Can delete email address', 177, 'delete_emailaddress'),
	(708, 'Can view email address', 177, 'view_emailaddress'),
	(709, 'Can add email confirmation', 178, 'add_emailconfirmation'),
	(710, 'Can change email confirmation', 178, 'change_emailconfirmation'),
	(711, 'Can delete email confirmation', 178, 'delete_emailconfirmation'),
	(712, 'Can view email confirmation', 178, 'view_emailconfirmation'),
	(713, 'Can add authenticator', 179, 'add_authenticator'),
	(714, 'Can change authenticator', 179, 'change_authenticator'),
	(715, 'Can delete authenticator', 179, 'delete_authenticator'),
	(716, 'Can view authenticator', 179, 'view_authenticator'),
	(717, 'Can add user session', 180, 'add_usersession'),
	(718, 'Can change user session', 180, 'change_usersession'),
	(719, 'Can delete user session', 180, 'delete_usersession'),
	(720, 'Can view user session', 180, 'view_usersession'),
	(721, 'Can add Flag', 181, 'add_flag'),
	(722, 'Can change Flag', 181, 'change_flag'),
	(723, 'Can delete Flag', 181, 'delete_flag'),
	(724, 'Can view Flag', 181, 'view_flag'),
	(725, 'Can add Sample', 182, 'add_sample'),
	(726, 'Can change Sample', 182, 'change_sample'),
	(727, 'Can delete Sample', 182, 'delete_sample'),
	(728, 'Can view Sample', 182, 'view_sample'),
	(729, 'Can add Switch', 183, 'add_switch'),
	(730, 'Can change Switch', 183, 'change_switch'),
	(731, 'Can delete Switch', 183, 'delete_switch'),
	(732, 'Can view Switch', 183, 'view_switch'),
	(733, 'Can add log entry', 184, 'add_logentry'),
	(734, 'Can change log entry', 184, 'change_logentry'),
	(735, 'Can delete log entry', 184, 'delete_logentry'),
	(736, 'Can view log entry', 184, 'view_logentry'),
	(737, 'Can add permission', 185, 'add_permission'),
	(738, 'Can change permission', 185, 'change_permission'),
	(739, 'Can delete permission', 185, 'delete_permission'),
	(740, 'Can view permission', 185, 'view_permission'),
	(741, 'Can add group', 186, 'add_group'),
	(742, 'Can change group', 186, 'change_group'),
	(743, 'Can delete group', 186, 'delete_group'),
	(744, 'Can view group', 186, 'view_group'),
	(745, 'Can add content type', 187, 'add_contenttype'),
	(746, 'Can change content type', 187, 'change_contenttype'),
	(747, 'Can delete content type', 187, 'delete_contenttype'),
	(748, 'Can view content type', 187, 'view_contenttype'),
	(749, 'Can add session', 188, 'add_session'),
	(750, 'Can change session', 188, 'change_session'),
	(751, 'Can delete session', 188, 'delete_session'),
	(752, 'Can view session', 188, 'view_session');


INSERT INTO public.coaching_service VALUES
	('mixing', 'Mixing', 'sliders', 0, true, 'mix, audio, sound, song, track, vocals, band, music'),
	('mastering', 'Mastering', 'disc', 1, true, 'master, audio, sound, album, loudness, music'),
	('production', 'Production', 'note', 2, true, 'producer, beat, beats, recording, studio, music, song'),
	('songwriting', 'Songwriting', 'pen', 3, true, 'song, lyrics, melody, guitar, piano, singing, music'),
	('app-review', 'App review', 'phone', 4, true, 'app, feedback, usability, testing, website'),
	('app-building', 'App building', 'code', 5, true, 'app, programming, coding, developer, software, website, mobile, python'),
	('product-strategy', 'Product strategy', 'compass', 6, true, 'product, startup, business, roadmap, launch, idea'),
	('interface-design', 'Interface design', 'frame', 7, true, 'design, designer, ux, ui, website, logo, figma'),
	('automation', 'Automation', 'gear', 8, true, 'automate, workflow, spreadsheet, excel, scripting, bot'),
	('career-coaching', 'Career coaching', 'path', 9, true, 'career, job, interview, cv, resume, promotion, leadership, coach'),
	('deal-coaching', 'Deal coaching', 'key', 10, true, 'deal, negotiation, sales, contract, salary, real estate, property'),
	('photography', 'Photography', 'camera', 11, true, 'photo, camera, portrait, picture, wedding, lightroom'),
	('podcasting', 'Podcasting', 'mic', 12, true, 'podcast, microphone, voice, interview, radio, audio'),
	('game-making', 'Game making', 'dice', 13, true, 'game, games, unity, godot, level design');


INSERT INTO public.core_exchangerate VALUES
	('AED', 3.67250000, '2026-11-01'),
	('ARS', 1480.00000000, '2026-11-01'),
	('AUD', 1.53000000, '2026-11-01'),
	('BRL', 5.35000000, '2026-11-01'),
	('CAD', 1.40000000, '2026-11-01'),
	('CHF', 0.80500000, '2026-11-01'),
	('CLP', 940.00000000, '2026-11-01'),
	('CNY', 7.11000000, '2026-11-01'),
	('CZK', 20.90000000, '2026-11-01'),
	('DKK', 6.44000000, '2026-11-01'),
	('EUR', 0.86300000, '2026-11-01'),
	('GBP', 0.76100000, '2026-11-01'),
	('HKD', 7.78000000, '2026-11-01'),
	('HUF', 331.00000000, '2026-11-01'),
	('IDR', 16700.00000000, '2026-11-01'),
	('ILS', 3.27000000, '2026-11-01'),
	('INR', 89.20000000, '2026-11-01'),
	('JPY', 156.00000000, '2026-11-01'),
	('KES', 129.50000000, '2026-11-01'),
	('KRW', 1470.00000000, '2026-11-01'),
	('KWD', 0.30700000, '2026-11-01'),
	('MXN', 18.40000000, '2026-11-01'),
	('MYR', 4.14000000, '2026-11-01'),
	('NGN', 1450.00000000, '2026-11-01'),
	('NOK', 10.20000000, '2026-11-01'),
	('NPR', 142.50000000, '2026-11-01'),
	('NZD', 1.78000000, '2026-11-01'),
	('PHP', 58.90000000, '2026-11-01'),
	('PLN', 3.66000000, '2026-11-01'),
	('RON', 4.39000000, '2026-11-01'),
	('SAR', 3.75000000, '2026-11-01'),
	('SEK', 9.53000000, '2026-11-01'),
	('SGD', 1.30700000, '2026-11-01'),
	('THB', 32.40000000, '2026-11-01'),
	('TRY', 42.40000000, '2026-11-01'),
	('UAH', 42.20000000, '2026-11-01'),
	('VND', 26350.00000000, '2026-11-01'),
	('ZAR', 17.30000000, '2026-11-01');


INSERT INTO public.core_sitepage VALUES
	('help', 'Help', '## Find a builder and book

Search by what you want to get done. A builder''s page shows what they offer, what each length costs and when they are available. Choose a time, fill in the details and send your request: it takes about a minute. Some sessions can be booked without an account; paid sessions need one.

All times are shown in your own time zone. You can change it, and switch between the 12-hour and the 24-hour clock, in your account.

## After you have booked

Builders who confirm each booking themselves have 48 hours to answer. You get an email as soon as they do. The page of your booking has everything: where you meet, the price, files, and buttons to move or cancel it. If you booked without an account, use the link in your email.

## Move or cancel a session

Open the booking and choose **Move** or **Cancel**. If that costs something, you see how much before you confirm. The terms are those that applied when you booked.

## Pathways

A pathway is a plan of skills. You choose one, and a builder helps you through it, session by session. **My progress** shows what you have done and what comes next.

## If something went wrong

You can report a problem on the page of the booking for 14 days after the session, and our support will look at it with both of you. For anything else, [contact us](/contact/).

## For builders

[Become a builder](/account/build/) to offer sessions. You decide what you offer, when, and at what price. Your dashboard has your requests, your week and your clients.
', '2026-11-27 19:08:44.538694+00'),
	('contact', 'Contact us', 'Write to us if you have a question, if something does not work, or if you want to report somebody''s behaviour. If it is about a booking, tell us its number: it begins with WM and is in every email about the booking.

Before you write, [Help](/help/) may have the answer.
', '2026-11-27 19:08:44.545045+00'),
	('privacy', 'Privacy', 'This page says what Waymark stores about you, why, and what you can do about it.

## What we store

- **Your account**: email address, name, picture, time zone, and your password in a form that cannot be read back.
- **Your bookings**: what you booked, when, with whom, your answers to the builder''s questions, files that were shared, and reviews.
- **Your progress**: the pathways you follow and the skills you have completed.
- **Security records**: sign-ins, devices that are signed in, and changes to your account.

If you book without an account, we store your name, your email address and the booking.

## Who can see it

The builder you book sees your name, your answers and your progress on pathways that you share with them. Builders'' profiles are public. Our support sees bookings and accounts when they have to help.

We do not sell data, and our pages load nothing from advertisers or other third parties. Meetings, calendars and payments may use other services that you or your builder have connected; the page where you connect one says so.

## Cookies

We use cookies that the site needs: one keeps you signed in, one protects forms, others remember your theme and your clock, and one remembers for 30 days by which link you came to a builder, who sees it with your booking. There are no tracking cookies.

## Your choices

You can [download your data or delete your account](/account/data/) at any time. Records that the law makes us keep stay, without your name.

Questions? [Contact us](/contact/).
', '2026-11-27 19:08:44.548039+00'),
	('terms', 'Terms', 'These terms apply when you use Waymark.

## What Waymark does

Waymark brings clients and builders together. When a booking is confirmed, the agreement about the session is between the client and the builder. The price, the length and the cancellation terms are those on the booking.

## Your account

Give an email address that is yours, and keep your password to yourself. You are responsible for what happens in your account.

## Bookings

A booking is agreed once the builder has confirmed it, or at once where the offer says so. Either side can cancel; what that costs is shown before it is confirmed. If somebody does not come, the other side can report it.

## What is not allowed

- Offering or asking for anything illegal.
- Harassing others, or sending advertisements.
- Reviews that are untrue, or of sessions that did not take place.
- Trying to break into the site, to overload it, or to copy other people''s data.

We may hide a listing or close an account that breaks these rules.

## Liability

Builders are responsible for their sessions. We run the site with care, but we cannot promise that it is always available.

## Changes

We may change these terms. If a change matters to you, we tell you by email before it applies.
', '2026-11-27 19:08:44.549274+00');


INSERT INTO public.django_content_type VALUES
	(1, 'operations', 'alarmstate'),
	(2, 'operations', 'backuprecord'),
	(3, 'operations', 'errorcount'),
	(4, 'operations', 'staffnote'),
	(5, 'marketplace', 'buildermetrics'),
	(6, 'marketplace', 'moderation'),
	(7, 'marketplace', 'builderlisting'),
	(8, 'marketplace', 'favourite'),
	(9, 'marketplace', 'portfolioasset'),
	(10, 'marketplace', 'specialisation'),
	(11, 'marketplace', 'firststeps'),
	(12, 'marketplace', 'listedword'),
	(13, 'marketplace', 'letterchoice'),
	(14, 'marketplace', 'savedsearch'),
	(15, 'marketplace', 'openingnotice'),
	(16, 'marketplace', 'weeklyletter'),
	(17, 'insights', 'dailyfigurerun'),
	(18, 'insights', 'dailyfigure'),
	(19, 'referrals', 'referralcode'),
	(20, 'referrals', 'rewardrule'),
	(21, 'referrals', 'referral'),
	(22, 'referrals', 'reward'),
	(23, 'bookings', 'guest'),
	(24, 'bookings', 'booking'),
	(25, 'bookings', 'answer'),
	(26, 'bookings', 'bookingevent'),
	(27, 'bookings', 'draft'),
	(28, 'bookings', 'review'),
	(29, 'bookings', 'statement'),
	(30, 'bookings', 'deliverable'),
	(31, 'bookings', 'project'),
	(32, 'bookings', 'series'),
	(33, 'bookings', 'clientnote'),
	(34, 'bookings', 'waitinglistentry'),
	(35, 'bookings', 'slotoffer'),
	(36, 'bookings', 'funnelcount'),
	(37, 'bookings', 'proposal'),
	(38, 'bookings', 'meeting'),
	(39, 'bookings', 'calendlyevent'),
	(40, 'bookings', 'calendlyinvitee'),
	(41, 'bookings', 'preparation'),
	(42, 'bookings', 'bookingattempt'),
	(43, 'bookings', 'guestmerge'),
	(44, 'bookings', 'starcount'),
	(45, 'bookings', 'sessionplan'),
	(46, 'bookings', 'plannedsession'),
	(47, 'bookings', 'skillreport'),
	(48, 'scheduling', 'sessionavailability'),
	(49, 'scheduling', 'calendarfeed'),
	(50, 'scheduling', 'freetimes'),
	(51, 'scheduling', 'reservation'),
	(52, 'scheduling', 'schedule'),
	(53, 'scheduling', 'rule'),
	(54, 'scheduling', 'exceptionday'),
	(55, 'scheduling', 'seat'),
	(56, 'scheduling', 'typeschedule'),
	(57, 'scheduling', 'workedholiday'),
	(58, 'scheduling', 'offeredday'),
	(59, 'scheduling', 'calendlyeventtype'),
	(60, 'scheduling', 'calendlysync'),
	(61, 'scheduling', 'recurringhours'),
	(62, 'scheduling', 'mergedbusytime'),
	(63, 'coaching', 'service'),
	(64, 'coaching', 'offer'),
	(65, 'coaching', 'sessiontype'),
	(66, 'coaching', 'sessionduration'),
	(67, 'coaching', 'question'),
	(68, 'coaching', 'cancellationtier'),
	(69, 'coaching', 'offeredduration'),
	(70, 'coaching', 'priceshare'),
	(71, 'coaching', 'package'),
	(72, 'coaching', 'packagepurchase'),
	(73, 'pathways', 'pathway'),
	(74, 'pathways', 'enrolment'),
	(75, 'pathways', 'skill'),
	(76, 'pathways', 'award'),
	(77, 'pathways', 'badge'),
	(78, 'pathways', 'enrolmentevent'),
	(79, 'pathways', 'evidence'),
	(80, 'pathways', 'progress'),
	(81, 'pathways', 'progressevent'),
	(82, 'pathways', 'skillprerequisite'),
	(83, 'pathways', 'builderskill'),
	(84, 'pathways', 'goal'),
	(85, 'pathways', 'goalevent'),
	(86, 'pathways', 'goalstep'),
	(87, 'pathways', 'completedsession'),
	(88, 'pathways', 'answeredrequest'),
	(89, 'connections', 'connection'),
	(90, 'connections', 'linkedaccount'),
	(91, 'connections', 'zoomsettings'),
	(92, 'connections', 'accountcalendar'),
	(93, 'connections', 'calendlyaccount'),
	(94, 'connections', 'webhookendpoint'),
	(95, 'connections', 'webhookmessage'),
	(96, 'connections', 'webhookattempt'),
	(97, 'payments', 'ledgeraccount'),
	(98, 'payments', 'ledgerclosing'),
	(99, 'payments', 'ledgerentry'),
	(100, 'payments', 'ledgerleg'),
	(101, 'payments', 'payment'),
	(102, 'payments', 'receipt'),
	(103, 'payments', 'refund'),
	(104, 'payments', 'providertransaction'),
	(105, 'payments', 'checkout'),
	(106, 'payments', 'correction'),
	(107, 'payments', 'payouthold'),
	(108, 'payments', 'provideraccount'),
	(109, 'payments', 'providercheck'),
	(110, 'payments', 'transfer'),
	(111, 'payments', 'transferreversal'),
	(112, 'payments', 'paymentdispute'),
	(113, 'payments', 'disputefile'),
	(114, 'payments', 'disputeevidence'),
	(115, 'payments', 'buyerprofile'),
	(116, 'payments', 'invoiceseries'),
	(117, 'payments', 'taxkind'),
	(118, 'payments', 'invoice'),
	(119, 'payments', 'sellerprofile'),
	(120, 'payments', 'taxrate'),
	(121, 'payments', 'creditgrant'),
	(122, 'payments', 'providercustomer'),
	(123, 'payments', 'plan'),
	(124, 'payments', 'savedcard'),
	(125, 'payments', 'subscription'),
	(126, 'payments', 'cardpage'),
	(127, 'payments', 'subscriptioncharge'),
	(128, 'messaging', 'conversation'),
	(129, 'messaging', 'message'),
	(130, 'messaging', 'attachment'),
	(131, 'messaging', 'messagepreferences'),
	(132, 'messaging', 'participant'),
	(133, 'messaging', 'messagereport'),
	(134, 'messaging', 'savedreply'),
	(135, 'accounts', 'user'),
	(136, 'accounts', 'builderprofile'),
	(137, 'accounts', 'apitoken'),
	(138, 'accounts', 'rolegrant'),
	(139, 'accounts', 'builderapplication'),
	(140, 'accounts', 'notification'),
	(141, 'accounts', 'clientprofile'),
	(142, 'accounts', 'place'),
	(143, 'accounts', 'professionalrole'),
	(144, 'accounts', 'dataexport'),
	(145, 'accounts', 'signup'),
	(146, 'accounts', 'addresschange'),
	(147, 'accounts', 'member'),
	(148, 'accounts', 'memberchange'),
	(149, 'accounts', 'memberduplicate'),
	(150, 'accounts', 'memberimport'),
	(151, 'accounts', 'membermerge'),
	(152, 'accounts', 'actingsession'),
	(153, 'accounts', 'joininvitation'),
	(154, 'core', 'attempt'),
	(155, 'core', 'heartbeat'),
	(156, 'core', 'jobrun'),
	(157, 'core', 'exchangerate'),
	(158, 'core', 'outboxmessage'),
	(159, 'core', 'auditentry'),
	(160, 'core', 'flag'),
	(161, 'core', 'idempotencykey'),
	(162, 'core', 'webhookdelivery'),
	(163, 'core', 'sitepage'),
	(164, 'core', 'demandevent'),
	(165, 'core', 'maillogentry'),
	(166, 'core', 'mailevent'),
	(167, 'core', 'deadaddress'),
	(168, 'core', 'outboxpause'),
	(169, 'core', 'auditseal'),
	(170, 'core', 'contactmessage'),
	(171, 'core', 'policyversion'),
	(172, 'core', 'acceptance'),
	(173, 'core', 'signuppolicy'),
	(174, 'core', 'announcement'),
	(175, 'core', 'feedback'),
	(176, 'core', 'maintenance'),
	(177, 'account', 'emailaddress'),
	(178, 'account', 'emailconfirmation'),
	(179, 'mfa', 'authenticator'),
	(180, 'usersessions', 'usersession'),
	(181, 'waffle', 'flag'),
	(182, 'waffle', 'sample'),
	(183, 'waffle', 'switch'),
	(184, 'admin', 'logentry'),
	(185, 'auth', 'permission'),
	(186, 'auth', 'group'),
	(187, 'contenttypes', 'contenttype'),
	(188, 'sessions', 'session');


INSERT INTO public.django_migrations VALUES
	(1, 'contenttypes', '0001_initial', '2026-11-27 19:02:37.4598+00'),
	(2, 'contenttypes', '0002_remove_content_type_name', '2026-11-27 19:02:37.55521+00'),
	(3, 'auth', '0001_initial', '2026-11-27 19:02:37.751908+00'),
	(4, 'auth', '0002_alter_permission_name_max_length', '2026-11-27 19:02:37.891952+00'),
	(5, 'auth', '0003_alter_user_email_max_length', '2026-11-27 19:02:37.984962+00'),
	(6, 'auth', '0004_alter_user_username_opts', '2026-11-27 19:02:38.017702+00'),
	(7, 'auth', '0005_alter_user_last_login_null', '2026-11-27 19:02:38.104658+00'),
	(8, 'auth', '0006_require_contenttypes_0002', '2026-11-27 19:02:38.120361+00'),
	(9, 'auth', '0007_alter_validators_add_error_messages', '2026-11-27 19:02:38.214533+00'),
	(10, 'auth', '0008_alter_user_username_max_length', '2026-11-27 19:02:38.424581+00'),
	(11, 'auth', '0009_alter_user_last_name_max_length', '2026-11-27 19:02:38.438946+00'),
	(12, 'auth', '0010_alter_group_name_max_length', '2026-11-27 19:02:38.661764+00'),
	(13, 'auth', '0011_update_proxy_permissions', '2026-11-27 19:02:38.7333+00'),
	(14, 'auth', '0012_alter_user_first_name_max_length', '2026-11-27 19:02:38.805884+00'),
	(15, 'accounts', '0001_initial', '2026-11-27 19:02:39.514159+00'),
	(16, 'account', '0001_initial', '2026-11-27 19:02:39.656321+00'),
	(17, 'account', '0002_email_max_length', '2026-11-27 19:02:39.70823+00'),
	(18, 'account', '0003_alter_emailaddress_create_unique_verified_email', '2026-11-27 19:02:39.792544+00'),
	(19, 'account', '0004_alter_emailaddress_drop_unique_email', '2026-11-27 19:02:39.884976+00'),
	(20, 'account', '0005_emailaddress_idx_upper_email', '2026-11-27 19:02:39.958157+00'),
	(21, 'account', '0006_emailaddress_lower', '2026-11-27 19:02:40.013141+00'),
	(22, 'account', '0007_emailaddress_idx_email', '2026-11-27 19:02:40.098874+00'),
	(23, 'account', '0008_emailaddress_unique_primary_email_fixup', '2026-11-27 19:02:40.134217+00'),
	(24, 'account', '0009_emailaddress_unique_primary_email', '2026-11-27 19:02:40.229386+00'),
	(25, 'accounts', '0002_notifications_and_applications', '2026-11-27 19:02:40.540246+00'),
	(26, 'accounts', '0003_places_pictures_exports', '2026-11-27 19:02:41.917537+00'),
	(27, 'accounts', '0004_towns_and_trades', '2026-11-27 19:03:02.208594+00'),
	(28, 'accounts', '0005_hidden_builders', '2026-11-27 19:03:02.476432+00'),
	(29, 'accounts', '0006_clocks', '2026-11-27 19:03:02.593542+00'),
	(30, 'accounts', '0007_sign_ups_and_address_changes', '2026-11-27 19:03:02.732192+00'),
	(31, 'accounts', '0008_remove_unproven_addresses', '2026-11-27 19:03:03.135465+00'),
	(32, 'accounts', '0009_token_scopes', '2026-11-27 19:03:03.53401+00'),
	(33, 'accounts', '0010_time_zones', '2026-11-27 19:03:03.886709+00'),
	(34, 'accounts', '0011_hour_format', '2026-11-27 19:03:04.012276+00'),
	(35, 'accounts', '0012_meeting_links', '2026-11-27 19:03:04.38486+00'),
	(36, 'accounts', '0013_artists', '2026-11-27 19:03:04.563201+00'),
	(37, 'accounts', '0014_languages', '2026-11-27 19:03:04.671436+00'),
	(38, 'accounts', '0015_has_zoom', '2026-11-27 19:03:04.810234+00'),
	(39, 'accounts', '0016_calendly', '2026-11-27 19:03:05.24702+00'),
	(40, 'accounts', '0017_how_to_pay', '2026-11-27 19:03:05.305509+00'),
	(41, 'accounts', '0018_names_to_find', '2026-11-27 19:03:05.815523+00'),
	(42, 'accounts', '0019_embed_sites', '2026-11-27 19:03:06.116314+00'),
	(43, 'accounts', '0020_members', '2026-11-27 19:03:08.815374+00'),
	(44, 'accounts', '0021_acting_as', '2026-11-27 19:03:09.30534+00'),
	(45, 'accounts', '0022_search_for_people', '2026-11-27 19:03:09.563231+00'),
	(46, 'accounts', '0023_api_token_name', '2026-11-27 19:03:09.859095+00'),
	(47, 'accounts', '0024_index_of_duplicates', '2026-11-27 19:03:10.120503+00'),
	(48, 'accounts', '0025_retired_towns', '2026-11-27 19:03:10.152738+00'),
	(49, 'accounts', '0026_join_invitations', '2026-11-27 19:03:10.596358+00'),
	(50, 'admin', '0001_initial', '2026-11-27 19:03:10.712639+00'),
	(51, 'admin', '0002_logentry_remove_auto_add', '2026-11-27 19:03:10.870578+00'),
	(52, 'admin', '0003_logentry_add_action_flag_choices', '2026-11-27 19:03:14.845003+00'),
	(53, 'pathways', '0001_initial', '2026-11-27 19:03:14.945314+00'),
	(54, 'pathways', '0002_first_pathways', '2026-11-27 19:03:15.188628+00'),
	(55, 'pathways', '0003_enrolments', '2026-11-27 19:03:15.380176+00'),
	(56, 'pathways', '0004_skills', '2026-11-27 19:03:17.844931+00'),
	(57, 'pathways', '0005_first_skills', '2026-11-27 19:03:24.708341+00'),
	(58, 'pathways', '0006_walking', '2026-11-27 19:03:47.361459+00'),
	(59, 'pathways', '0007_first_badges', '2026-11-27 19:03:48.858669+00'),
	(60, 'pathways', '0008_plain_names', '2026-11-27 19:03:57.721744+00'),
	(61, 'pathways', '0009_skills_at_start', '2026-11-27 19:03:58.332129+00'),
	(62, 'pathways', '0010_spark_is_purple', '2026-11-27 19:03:58.893095+00'),
	(63, 'pathways', '0011_plain_descriptions', '2026-11-27 19:03:59.617692+00'),
	(64, 'pathways', '0012_goals', '2026-11-27 19:04:04.452801+00'),
	(65, 'pathways', '0013_achievements', '2026-11-27 19:04:12.187557+00'),
	(66, 'pathways', '0014_first_achievements', '2026-11-27 19:04:14.218818+00'),
	(67, 'coaching', '0001_initial', '2026-11-27 19:04:35.386492+00'),
	(68, 'scheduling', '0001_initial', '2026-11-27 19:05:27.781591+00'),
	(69, 'scheduling', '0002_session_availability', '2026-11-27 19:05:27.833736+00'),
	(70, 'connections', '0001_initial', '2026-11-27 19:05:29.744122+00'),
	(71, 'coaching', '0002_first_services', '2026-11-27 19:05:31.709066+00'),
	(72, 'coaching', '0003_least_of_a_group', '2026-11-27 19:05:39.817825+00'),
	(73, 'coaching', '0004_guests_confirm_first', '2026-11-27 19:05:40.843388+00'),
	(74, 'scheduling', '0003_outside_calendars', '2026-11-27 19:05:44.008057+00'),
	(75, 'scheduling', '0004_availability_has_no_plural', '2026-11-27 19:05:44.21819+00'),
	(76, 'connections', '0002_linked_accounts', '2026-11-27 19:05:45.412126+00'),
	(77, 'connections', '0003_zoom_settings', '2026-11-27 19:05:46.776233+00'),
	(78, 'connections', '0004_calendar_accounts', '2026-11-27 19:05:51.796124+00'),
	(79, 'connections', '0005_calendly', '2026-11-27 19:05:52.400117+00'),
	(80, 'coaching', '0005_meeting_links', '2026-11-27 19:05:52.688283+00'),
	(81, 'coaching', '0006_sessions_at_clients', '2026-11-27 19:05:53.384247+00'),
	(82, 'coaching', '0007_plain_labels', '2026-11-27 19:05:54.405991+00'),
	(83, 'coaching', '0008_travel_time', '2026-11-27 19:05:55.786953+00'),
	(84, 'coaching', '0009_calendly', '2026-11-27 19:05:56.574801+00'),
	(85, 'scheduling', '0005_calendly', '2026-11-27 19:05:59.448541+00'),
	(86, 'scheduling', '0006_recurring_hours', '2026-11-27 19:05:59.902147+00'),
	(87, 'scheduling', '0007_free_times_in_the_admin', '2026-11-27 19:06:00.214863+00'),
	(88, 'scheduling', '0008_merged_busy_time', '2026-11-27 19:06:01.228446+00'),
	(89, 'scheduling', '0009_session_plans', '2026-11-27 19:06:01.536949+00'),
	(90, 'payments', '0001_ledger', '2026-11-27 19:06:03.505653+00'),
	(91, 'payments', '0002_the_ledger_is_append_only', '2026-11-27 19:06:03.525678+00'),
	(92, 'payments', '0003_payments', '2026-11-27 19:06:09.826469+00'),
	(93, 'payments', '0004_provider_transactions', '2026-11-27 19:06:09.940161+00'),
	(94, 'payments', '0005_checkouts', '2026-11-27 19:06:14.599065+00'),
	(95, 'payments', '0006_refunds_and_corrections', '2026-11-27 19:06:17.429841+00'),
	(96, 'payments', '0007_payouts', '2026-11-27 19:06:53.742051+00'),
	(97, 'payments', '0008_bank_disputes', '2026-11-27 19:06:59.964217+00'),
	(98, 'payments', '0009_holds_fees_and_reminders', '2026-11-27 19:07:04.196687+00'),
	(99, 'payments', '0010_fees_of_payments', '2026-11-27 19:07:04.856256+00'),
	(100, 'payments', '0011_invoices', '2026-11-27 19:07:07.292177+00'),
	(101, 'payments', '0012_credits', '2026-11-27 19:07:09.588591+00'),
	(102, 'coaching', '0010_largest_limits', '2026-11-27 19:07:11.140757+00'),
	(103, 'coaching', '0011_payment_timing', '2026-11-27 19:07:11.516283+00'),
	(104, 'coaching', '0012_service_keywords', '2026-11-27 19:07:12.0056+00'),
	(105, 'coaching', '0013_price_shares', '2026-11-27 19:07:14.116106+00'),
	(106, 'coaching', '0014_packages', '2026-11-27 19:07:16.464207+00'),
	(107, 'coaching', '0015_early_booking', '2026-11-27 19:07:18.748606+00'),
	(108, 'coaching', '0016_tax_kinds', '2026-11-27 19:07:19.228708+00'),
	(109, 'coaching', '0017_short_links', '2026-11-27 19:07:19.710306+00'),
	(110, 'payments', '0013_plans_and_subscriptions', '2026-11-27 19:07:29.576263+00'),
	(111, 'payments', '0014_sessions_of_plans', '2026-11-27 19:07:29.91639+00'),
	(112, 'payments', '0015_differences_and_failures', '2026-11-27 19:07:30.399487+00'),
	(113, 'bookings', '0001_first', '2026-11-27 19:07:38.118223+00'),
	(114, 'bookings', '0002_events_stay', '2026-11-27 19:07:38.132554+00'),
	(115, 'bookings', '0003_guests_reminders', '2026-11-27 19:07:38.176172+00'),
	(116, 'bookings', '0004_after_the_session', '2026-11-27 19:07:45.313372+00'),
	(117, 'bookings', '0005_waiting_lists', '2026-11-27 19:07:48.36818+00'),
	(118, 'bookings', '0006_step_counts', '2026-11-27 19:07:48.68814+00'),
	(119, 'bookings', '0007_groups_decided', '2026-11-27 19:07:49.700222+00'),
	(120, 'bookings', '0008_series', '2026-11-27 19:07:52.440183+00'),
	(121, 'bookings', '0009_client_notes', '2026-11-27 19:07:52.799231+00'),
	(122, 'bookings', '0010_guests_clock', '2026-11-27 19:07:52.852227+00'),
	(123, 'bookings', '0011_proof_first', '2026-11-27 19:07:55.428836+00'),
	(124, 'bookings', '0012_plain_model_names', '2026-11-27 19:07:59.554108+00'),
	(125, 'bookings', '0013_hour_format', '2026-11-27 19:07:59.600608+00'),
	(126, 'bookings', '0014_meeting_links', '2026-11-27 19:07:59.956326+00'),
	(127, 'bookings', '0015_sessions_at_clients', '2026-11-27 19:08:00.644596+00'),
	(128, 'bookings', '0016_plain_labels', '2026-11-27 19:08:01.035361+00'),
	(129, 'bookings', '0017_suggested_times', '2026-11-27 19:08:03.083185+00'),
	(130, 'bookings', '0018_booked_by_builder', '2026-11-27 19:08:03.322092+00'),
	(131, 'bookings', '0019_meetings', '2026-11-27 19:08:04.980124+00'),
	(132, 'bookings', '0020_calendly', '2026-11-27 19:08:11.426427+00'),
	(133, 'bookings', '0021_statement_file_name', '2026-11-27 19:08:11.773997+00'),
	(134, 'bookings', '0022_arranged_on_calendly', '2026-11-27 19:08:12.121148+00'),
	(135, 'bookings', '0023_payment_timing', '2026-11-27 19:08:14.860281+00'),
	(136, 'bookings', '0024_sessions_before_payments', '2026-11-27 19:08:14.876109+00'),
	(137, 'bookings', '0025_preparations', '2026-11-27 19:08:15.300106+00'),
	(138, 'bookings', '0026_splits', '2026-11-27 19:08:15.730108+00'),
	(139, 'bookings', '0027_demand_and_attempts', '2026-11-27 19:08:18.059675+00'),
	(140, 'bookings', '0028_reviews_of_builders', '2026-11-27 19:08:18.696187+00'),
	(141, 'bookings', '0029_index_of_reviews', '2026-11-27 19:08:19.196421+00'),
	(142, 'bookings', '0030_credits_and_breakdown', '2026-11-27 19:08:20.326532+00'),
	(143, 'bookings', '0031_indexes_of_operations', '2026-11-27 19:08:22.94839+00'),
	(144, 'bookings', '0032_origins', '2026-11-27 19:08:25.273992+00'),
	(145, 'bookings', '0033_acting_as', '2026-11-27 19:08:25.676679+00'),
	(146, 'bookings', '0034_guest_merges', '2026-11-27 19:08:26.181611+00'),
	(147, 'bookings', '0035_answers_to_requests', '2026-11-27 19:08:26.574489+00'),
	(148, 'bookings', '0036_index_of_answers', '2026-11-27 19:08:27.008346+00'),
	(149, 'bookings', '0037_star_counts', '2026-11-27 19:08:27.465313+00'),
	(150, 'bookings', '0038_typed_details', '2026-11-27 19:08:30.628504+00'),
	(151, 'bookings', '0039_upheld_no_shows', '2026-11-27 19:08:31.472298+00'),
	(152, 'bookings', '0040_index_of_contested_no_shows', '2026-11-27 19:08:33.630937+00'),
	(153, 'bookings', '0041_messages_of_merged_guests', '2026-11-27 19:08:33.992275+00'),
	(154, 'bookings', '0042_reported_sessions', '2026-11-27 19:08:34.018575+00'),
	(155, 'bookings', '0043_reported_answers', '2026-11-27 19:08:34.062034+00'),
	(156, 'bookings', '0044_session_plans', '2026-11-27 19:08:38.73714+00'),
	(157, 'bookings', '0045_skill_reports', '2026-11-27 19:08:39.544117+00'),
	(158, 'connections', '0006_ask_again_at', '2026-11-27 19:08:39.836242+00'),
	(159, 'connections', '0007_zoom_settings_in_the_admin', '2026-11-27 19:08:39.869918+00'),
	(160, 'connections', '0008_outgoing_webhooks', '2026-11-27 19:08:41.921214+00'),
	(161, 'core', '0001_initial', '2026-11-27 19:08:41.97167+00'),
	(162, 'core', '0002_audit_outbox_rates', '2026-11-27 19:08:42.700817+00'),
	(163, 'core', '0003_append_only_and_first_rates', '2026-11-27 19:08:43.009192+00'),
	(164, 'core', '0004_flag', '2026-11-27 19:08:43.366553+00'),
	(165, 'core', '0005_idempotency', '2026-11-27 19:08:43.38176+00'),
	(166, 'core', '0006_outbox_index_by_channel', '2026-11-27 19:08:43.423998+00'),
	(167, 'core', '0007_webhook_inbox', '2026-11-27 19:08:43.460064+00'),
	(168, 'core', '0008_sitepage', '2026-11-27 19:08:43.4761+00'),
	(169, 'core', '0009_first_texts', '2026-11-27 19:08:44.550731+00'),
	(170, 'core', '0010_demand_and_attempts', '2026-11-27 19:08:44.900069+00'),
	(171, 'core', '0011_mail_log', '2026-11-27 19:08:47.70142+00'),
	(172, 'core', '0012_given_up', '2026-11-27 19:08:47.762364+00'),
	(173, 'core', '0013_outbox_pause', '2026-11-27 19:08:47.784253+00'),
	(174, 'core', '0014_contact_and_audit_seals', '2026-11-27 19:08:48.25433+00'),
	(175, 'core', '0015_mail_server_answers', '2026-11-27 19:08:49.428385+00'),
	(176, 'core', '0016_policies_and_feedback', '2026-11-27 19:08:54.132124+00'),
	(177, 'insights', '0001_daily_figures', '2026-11-27 19:08:54.657249+00'),
	(178, 'insights', '0002_kinds_of_session', '2026-11-27 19:08:56.492373+00'),
	(179, 'marketplace', '0001_listings', '2026-11-27 19:09:00.933267+00'),
	(180, 'marketplace', '0002_snake_case_in_listings', '2026-11-27 19:09:00.952827+00'),
	(181, 'marketplace', '0003_languages_and_formats', '2026-11-27 19:09:01.134682+00'),
	(182, 'marketplace', '0004_on_time_rate', '2026-11-27 19:09:01.276266+00'),
	(183, 'marketplace', '0005_calendly', '2026-11-27 19:09:01.34446+00'),
	(184, 'marketplace', '0006_first_steps', '2026-11-27 19:09:01.970471+00'),
	(185, 'marketplace', '0007_next_starts', '2026-11-27 19:09:02.188575+00'),
	(186, 'marketplace', '0008_indexes_of_next_starts', '2026-11-27 19:09:02.404415+00'),
	(187, 'marketplace', '0009_builders_to_verify', '2026-11-27 19:09:02.497456+00'),
	(188, 'marketplace', '0010_listed_words', '2026-11-27 19:09:02.664139+00'),
	(189, 'marketplace', '0011_searches_and_letters', '2026-11-27 19:09:10.145393+00'),
	(190, 'messaging', '0001_initial', '2026-11-27 19:09:16.528271+00'),
	(191, 'messaging', '0002_answers_by_mail', '2026-11-27 19:09:17.227953+00'),
	(192, 'mfa', '0001_initial', '2026-11-27 19:09:17.766733+00'),
	(193, 'mfa', '0002_authenticator_timestamps', '2026-11-27 19:09:19.744488+00'),
	(194, 'mfa', '0003_authenticator_type_uniq', '2026-11-27 19:09:21.129237+00'),
	(195, 'operations', '0001_errors_alarms_backups', '2026-11-27 19:09:21.218672+00'),
	(196, 'operations', '0002_staff_notes', '2026-11-27 19:09:21.948413+00'),
	(197, 'pathways', '0015_plain_badge_names', '2026-11-27 19:09:23.920765+00'),
	(198, 'payments', '0016_money_credit', '2026-11-27 19:09:27.804128+00'),
	(199, 'payments', '0017_rewards_and_cards', '2026-11-27 19:09:29.099659+00'),
	(200, 'payments', '0018_statement_of_a_dispute', '2026-11-27 19:09:30.128186+00'),
	(201, 'referrals', '0001_initial', '2026-11-27 19:09:42.120539+00'),
	(202, 'referrals', '0002_other_side_of_session', '2026-11-27 19:09:43.505011+00'),
	(203, 'sessions', '0001_initial', '2026-11-27 19:09:43.548184+00'),
	(204, 'usersessions', '0001_initial', '2026-11-27 19:09:46.20015+00'),
	(205, 'waffle', '0001_initial', '2026-11-27 19:09:47.420136+00'),
	(206, 'waffle', '0002_auto_20161201_0958', '2026-11-27 19:09:47.485475+00'),
	(207, 'waffle', '0003_update_strings_for_i18n', '2026-11-27 19:10:04.100592+00'),
	(208, 'waffle', '0004_update_everyone_nullbooleanfield', '2026-11-27 19:10:04.727008+00');


INSERT INTO public.pathways_badge VALUES
	('2026-11-27 19:03:48.057492+00', '2026-11-27 19:03:48.0569+00', '01a21e64-6e58-77ad-9c14-177b0ec2ab7d', 'first-session', 'First session', 'Completed a first session with a builder.', 'sessions', NULL, 1, 0, true, NULL, NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.100641+00', '2026-11-27 19:03:48.100421+00', '01a21e64-6e84-71f2-85f2-6327741322f1', 'five-sessions', 'Five sessions', 'Completed five sessions.', 'sessions', NULL, 5, 1, true, NULL, NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.128466+00', '2026-11-27 19:03:48.128266+00', '01a21e64-6ea0-7cb2-be7e-1e6028c8ae6e', 'twenty-five-sessions', 'Twenty-five sessions', 'Completed twenty-five sessions.', 'sessions', NULL, 25, 2, true, NULL, NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.168548+00', '2026-11-27 19:03:48.168339+00', '01a21e64-6ec8-72a2-98ed-ed2d1a8cd9b3', 'thick-skin', 'Takes critique', 'Completed the skill “Take critique, use a third”.', 'skill', NULL, NULL, 3, true, NULL, '01a21e64-0418-762b-afe8-66c90a4965b5', 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.188339+00', '2026-11-27 19:03:48.188143+00', '01a21e64-6edb-7cb8-b0d4-47f7c406f687', 'pass-it-on', 'Teaches others', 'Completed the skill “Teach it to somebody”.', 'skill', NULL, NULL, 4, true, NULL, '01a21e64-0f40-7e1d-b7da-d5c87801ae71', 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.216664+00', '2026-11-27 19:03:48.216348+00', '01a21e64-6ef8-715c-81ca-11441cdf9227', 'out-in-the-open', 'Published a project', 'Published a project of their own.', 'skill', NULL, NULL, 5, true, NULL, '01a21e64-125f-7319-a05b-6b30ae93f523', 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.228625+00', '2026-11-27 19:03:48.228452+00', '01a21e64-6f04-7855-9f3d-c17d6c5ec1f5', 'accelerate-first-tier', 'Accelerate: first tier', 'Completed the first tier of Accelerate.', 'tier', 1, NULL, 6, true, '01a21e63-edb0-7ae0-9972-1a5d868a14b1', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.259785+00', '2026-11-27 19:03:48.259607+00', '01a21e64-6f23-781f-8eda-8b0e519e9a6d', 'pivot-first-tier', 'Pivot: first tier', 'Completed the first tier of Pivot.', 'tier', 1, NULL, 7, true, '01a21e63-eddb-7d8c-9d23-8d528796aff9', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.268378+00', '2026-11-27 19:03:48.268215+00', '01a21e64-6f2c-745d-a36f-ce2e7e988267', 'play-first-tier', 'Play: first tier', 'Completed the first tier of Play.', 'tier', 1, NULL, 8, true, '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.288331+00', '2026-11-27 19:03:48.288177+00', '01a21e64-6f3f-79c2-92a1-c61ec5d8fc31', 'accelerate-fundamentals', 'Accelerate: fundamentals', 'Completed every fundamental skill of Accelerate.', 'fundamentals', NULL, NULL, 9, true, '01a21e63-edb0-7ae0-9972-1a5d868a14b1', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.308321+00', '2026-11-27 19:03:48.308173+00', '01a21e64-6f53-722a-9175-3abe998f5b34', 'pivot-fundamentals', 'Pivot: fundamentals', 'Completed every fundamental skill of Pivot.', 'fundamentals', NULL, NULL, 10, true, '01a21e63-eddb-7d8c-9d23-8d528796aff9', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.388583+00', '2026-11-27 19:03:48.38836+00', '01a21e64-6fa4-7ce4-adf1-54dcef51d922', 'play-fundamentals', 'Play: fundamentals', 'Completed every fundamental skill of Play.', 'fundamentals', NULL, NULL, 11, true, '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.660889+00', '2026-11-27 19:03:48.660617+00', '01a21e64-70b4-7791-96b0-651796f548cd', 'accelerate', 'Accelerate completed', 'Completed every tier of Accelerate.', 'pathway', NULL, NULL, 12, true, '01a21e63-edb0-7ae0-9972-1a5d868a14b1', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.767911+00', '2026-11-27 19:03:48.763155+00', '01a21e64-711a-7e75-b155-fc2cf4489753', 'pivot', 'Pivot completed', 'Completed every tier of Pivot.', 'pathway', NULL, NULL, 13, true, '01a21e63-eddb-7d8c-9d23-8d528796aff9', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:03:48.820821+00', '2026-11-27 19:03:48.819207+00', '01a21e64-7152-7d7b-9155-af0373571e15', 'play', 'Play completed', 'Completed every tier of Play.', 'pathway', NULL, NULL, 14, true, '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83', NULL, 'client', '{}', false, NULL),
	('2026-11-27 19:04:13.673702+00', '2026-11-27 19:04:13.673412+00', '01a21e64-d269-73d9-93f6-57bf9e9f4f5b', 'goals-reached', 'Goal reached', 'Reached goals they had set.', 'goals', NULL, 1, 0, true, NULL, NULL, 'client', '{5,20}', false, NULL),
	('2026-11-27 19:04:14.174651+00', '2026-11-27 19:04:14.174283+00', '01a21e64-d45d-7168-9420-5728e64a5b64', 'quick-to-answer', 'Quick to answer', 'Answered every request within an hour for a month.', 'answers', NULL, 5, 0, true, NULL, NULL, 'builder', '{}', false, 30),
	('2026-11-27 19:04:13.64672+00', '2026-11-27 19:04:13.6354+00', '01a21e64-d1d3-77d9-a0b3-a8482ddc55b1', 'weeks-in-a-row', 'Weeks in a row', 'Had a session every week.', 'streak', NULL, 4, 0, true, NULL, NULL, 'client', '{8,26}', false, NULL),
	('2026-11-27 19:04:13.911663+00', '2026-11-27 19:04:13.911281+00', '01a21e64-d356-7a87-b1b3-bb38457aef6a', 'intense-week', 'Eight hours in a week', 'Spent eight hours in sessions within a week.', 'hours', NULL, 8, 0, true, NULL, NULL, 'client', '{}', true, 7),
	('2026-11-27 19:04:14.072414+00', '2026-11-27 19:04:14.071951+00', '01a21e64-d3f7-763d-8511-31d7b7dd53d9', 'sessions-held', 'Sessions with clients', 'Held ten sessions with clients, or more.', 'sessions', NULL, 10, 0, true, NULL, NULL, 'builder', '{50,250}', false, NULL);


INSERT INTO public.pathways_need VALUES
	(1, '01a21e63-fe2f-7845-a72b-07be1fdd8c35', '01a21e63-fe70-7e3b-936c-7e27e1b20250'),
	(2, '01a21e63-fda0-7e62-9e16-088f4bc255cc', '01a21e63-fff0-7049-a3ff-f801112a4455'),
	(3, '01a21e63-fda0-7e62-9e16-088f4bc255cc', '01a21e64-00cb-75a4-90cd-67d9d25e08c5'),
	(4, '01a21e63-fc70-78f8-9701-608558b2f20b', '01a21e64-0168-7202-8a2a-9be253857893'),
	(5, '01a21e63-fbd0-7742-8afa-7ef58c42fecc', '01a21e64-0168-7202-8a2a-9be253857893'),
	(6, '01a21e63-fb14-7fa9-80c3-6047fbf1e725', '01a21e64-030e-7913-a613-a07a524ff158'),
	(7, '01a21e64-030e-7913-a613-a07a524ff158', '01a21e64-0418-762b-afe8-66c90a4965b5'),
	(8, '01a21e64-0168-7202-8a2a-9be253857893', '01a21e64-0518-7ecd-878d-88d7e16ebf66'),
	(9, '01a21e63-fbd0-7742-8afa-7ef58c42fecc', '01a21e64-0640-7aaa-8c0e-2045e32715ce'),
	(10, '01a21e63-fd18-7cfe-a5ef-790294ffc4d4', '01a21e64-0640-7aaa-8c0e-2045e32715ce'),
	(11, '01a21e63-fe70-7e3b-936c-7e27e1b20250', '01a21e64-07ea-7c0b-b5d9-858f738f33b6'),
	(12, '01a21e63-fd18-7cfe-a5ef-790294ffc4d4', '01a21e64-07ea-7c0b-b5d9-858f738f33b6'),
	(13, '01a21e63-fe2f-7845-a72b-07be1fdd8c35', '01a21e64-0894-72d9-9ce5-9daf486720d7'),
	(14, '01a21e63-fbd0-7742-8afa-7ef58c42fecc', '01a21e64-0894-72d9-9ce5-9daf486720d7'),
	(15, '01a21e63-fff0-7049-a3ff-f801112a4455', '01a21e64-0928-752a-a541-c3f322eca5d6'),
	(16, '01a21e64-00cb-75a4-90cd-67d9d25e08c5', '01a21e64-0a58-75f0-aa31-87bdeacdfd58'),
	(17, '01a21e63-fff0-7049-a3ff-f801112a4455', '01a21e64-0b60-76e6-a7aa-a49eb3792d5c'),
	(18, '01a21e64-0168-7202-8a2a-9be253857893', '01a21e64-0cf4-7db8-903b-bfb237f9aad4'),
	(19, '01a21e64-0418-762b-afe8-66c90a4965b5', '01a21e64-0cf4-7db8-903b-bfb237f9aad4'),
	(20, '01a21e64-0cf4-7db8-903b-bfb237f9aad4', '01a21e64-0ddc-7aef-9a11-39e50db733bd'),
	(21, '01a21e64-0518-7ecd-878d-88d7e16ebf66', '01a21e64-0ddc-7aef-9a11-39e50db733bd'),
	(22, '01a21e64-0418-762b-afe8-66c90a4965b5', '01a21e64-0f40-7e1d-b7da-d5c87801ae71'),
	(23, '01a21e64-07ea-7c0b-b5d9-858f738f33b6', '01a21e64-0fc8-717f-822b-7c736c7dcff4'),
	(24, '01a21e64-0640-7aaa-8c0e-2045e32715ce', '01a21e64-0fc8-717f-822b-7c736c7dcff4'),
	(25, '01a21e64-07ea-7c0b-b5d9-858f738f33b6', '01a21e64-10b2-7215-8963-c795da625ae7'),
	(26, '01a21e64-0894-72d9-9ce5-9daf486720d7', '01a21e64-10b2-7215-8963-c795da625ae7'),
	(27, '01a21e64-10b2-7215-8963-c795da625ae7', '01a21e64-1168-7bb0-a797-52326fae4bb5'),
	(28, '01a21e64-0928-752a-a541-c3f322eca5d6', '01a21e64-11d0-7c62-bc47-0ee07d2dfd71'),
	(29, '01a21e64-0a58-75f0-aa31-87bdeacdfd58', '01a21e64-11d0-7c62-bc47-0ee07d2dfd71'),
	(30, '01a21e64-0928-752a-a541-c3f322eca5d6', '01a21e64-125f-7319-a05b-6b30ae93f523'),
	(31, '01a21e64-030e-7913-a613-a07a524ff158', '01a21e64-125f-7319-a05b-6b30ae93f523'),
	(32, '01a21e64-125f-7319-a05b-6b30ae93f523', '01a21e64-12cc-7562-bfc8-0f21be31fd24');


INSERT INTO public.pathways_pathway VALUES
	('2026-11-27 19:03:15.121743+00', '2026-11-27 19:03:15.121181+00', '01a21e63-edb0-7ae0-9972-1a5d868a14b1', 'accelerate', 'Accelerate', 'You know where you are going. Get there sooner.', 'For people who are good at something and want to be known for it. You work on real projects with a builder who has shipped the same thing before, and drop what only feels like progress.', 'You have work under way, and it moves too slowly
You want a second pair of eyes that has seen this before
You would rather finish one thing than start three', 'Find the one bottleneck, and a rhythm that lasts', 'Ship with a builder beside you, review by review', 'Lead: set the standard, and teach it to others', 'summit', 1, true),
	('2026-11-27 19:03:15.16795+00', '2026-11-27 19:03:15.163744+00', '01a21e63-eddb-7d8c-9d23-8d528796aff9', 'pivot', 'Pivot', 'Keep what you are good at. Change what you do with it.', 'For people who change fields without starting from nothing. You find out what carries over, learn the few things that are missing, and leave with work that proves it.', 'Your field is shrinking, or you are done with it
You do not know which of your skills still count
You need proof, not another certificate', 'Take stock: what carries over, what is missing', 'Build the proof in small, real projects', 'Cross over: the first role, the first client', 'turn', 2, true),
	('2026-11-27 19:03:15.185344+00', '2026-11-27 19:03:15.185162+00', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83', 'play', 'Play', 'Make something because you want it to exist.', 'For people who want to make things for the joy of it: a song, a game, a small tool. No grades and no deadline but your own, and a builder who keeps you going when it gets fiddly.', 'You have an idea that will not leave you alone
You learn best by making, and by laughing about it
You want to show it to somebody at the end', 'First sparks: tools, tricks and a tiny finished thing', 'A project of your own, a little too big on purpose', 'Put it out: play it, show it, give it away', 'spark', 3, true);


INSERT INTO public.pathways_skill VALUES
	('2026-11-27 19:03:18.548961+00', '2026-11-27 19:03:18.548585+00', '01a21e63-fb14-7fa9-80c3-6047fbf1e725', 'weekly-rhythm', 'A rhythm that lasts', 1, 'Work at the same hours each week, and review every Friday what you finished.', 'Choose hours that you can keep even in a busy week, and protect them. At the end of each week write three lines: what you finished, what you did not, and what comes next.', '[{"url": "https://basecamp.com/shapeup", "title": "Shape Up, by Ryan Singer"}]', true, false, 0, true),
	('2026-11-27 19:03:18.73701+00', '2026-11-27 19:03:18.736684+00', '01a21e63-fbd0-7742-8afa-7ef58c42fecc', 'say-what-it-is', 'Say what it is in one line', 1, 'Describe your project in one sentence that others can repeat.', 'People recommend what they can explain. Write twenty versions, read them aloud to people you do not know well, and keep the one that they repeat correctly.', '[{"url": "https://www.gov.uk/guidance/style-guide", "title": "Writing well, from the GOV.UK style guide"}]', true, false, 1, true),
	('2026-11-27 19:03:18.89732+00', '2026-11-27 19:03:18.897018+00', '01a21e63-fc70-78f8-9701-608558b2f20b', 'name-the-bottleneck', 'Name the bottleneck', 1, 'Find the one step that holds up all the others.', 'Improving any other step does not make you faster. Draw how a piece of work gets from idea to done, mark where it waits longest, and say what would halve that wait.', '[{"url": "https://basecamp.com/shapeup", "title": "Shape Up, by Ryan Singer"}]', true, true, 2, true),
	('2026-11-27 19:03:19.067951+00', '2026-11-27 19:03:19.064607+00', '01a21e63-fd18-7cfe-a5ef-790294ffc4d4', 'talk-to-five-people', 'Talk to five people', 1, 'Interview five people about their work, without mentioning your idea.', 'People are polite about ideas, so ask about facts. Ask what they did last time, what it cost them and what they tried. Write down their words, and count which answers come up more than once.', '[{"url": "https://www.gov.uk/service-manual/user-research", "title": "User research, from the GOV.UK service manual"}]', true, false, 3, true),
	('2026-11-27 19:03:19.201165+00', '2026-11-27 19:03:19.200888+00', '01a21e63-fda0-7e62-9e16-088f4bc255cc', 'set-up-your-tools', 'Set up your tools', 1, 'Have everything you need ready, and nothing that distracts you.', 'Choose a few tools and learn the ten shortcuts you use most. Set things up so that you can start working with one click.', '[{"url": "https://developer.mozilla.org/en-US/docs/Learn_web_development", "title": "Learn web development, by MDN"}, {"url": "https://learningmusic.ableton.com/", "title": "Learning Music, in the browser"}]', true, false, 4, true),
	('2026-11-27 19:03:19.34438+00', '2026-11-27 19:03:19.34402+00', '01a21e63-fe2f-7845-a72b-07be1fdd8c35', 'take-stock', 'Take stock of what you can do', 1, 'List what you do well, with an example for each item.', 'Job titles do not transfer to a new field, but skills do. List what people ask you for help with, and beside each item an occasion when you did it and the result.', '[{"url": "https://www.onetonline.org/", "title": "O*NET, descriptions of occupations"}]', true, false, 5, true),
	('2026-11-27 19:03:19.412011+00', '2026-11-27 19:03:19.40832+00', '01a21e63-fe70-7e3b-936c-7e27e1b20250', 'map-the-gap', 'Map the gap', 1, 'Find out which of your skills carry over and which are missing.', 'Read thirty descriptions of the work you want, and mark what most of them ask for. Usually only a few skills are missing; the others you have already under another name.', '[{"url": "https://www.onetonline.org/", "title": "O*NET, descriptions of occupations"}, {"url": "https://www.gov.uk/service-manual/user-research", "title": "User research, from the GOV.UK service manual"}]', true, true, 6, true),
	('2026-11-27 19:03:19.795928+00', '2026-11-27 19:03:19.79246+00', '01a21e63-fff0-7049-a3ff-f801112a4455', 'finish-a-tiny-thing', 'Finish a tiny thing', 1, 'Finish one small thing in one evening: eight bars, one screen or four panels.', 'Finishing is a skill that you learn only by doing it. Choose something so small that you could finish it twice in an evening, and do not make it bigger while you work.', '[{"url": "https://scratch.mit.edu/", "title": "Scratch, to try an idea in an hour"}, {"url": "https://learningmusic.ableton.com/", "title": "Learning Music, in the browser"}]', true, false, 7, true),
	('2026-11-27 19:03:20.012365+00', '2026-11-27 19:03:20.012068+00', '01a21e64-00cb-75a4-90cd-67d9d25e08c5', 'keep-versions', 'Keep versions', 1, 'Save versions, so that you can always go back.', 'It is easier to experiment when you can undo. Save a version whenever you would be sorry to lose the current state, note why you saved it, and practise going back before you need to.', '[{"url": "https://git-scm.com/book", "title": "Pro Git, the book"}]', false, false, 8, true),
	('2026-11-27 19:03:20.172038+00', '2026-11-27 19:03:20.16865+00', '01a21e64-0168-7202-8a2a-9be253857893', 'cut-to-a-first-release', 'Cut to a first release', 2, 'Choose the smallest version that does what your sentence promises.', 'Write down everything it could do, then remove whatever your one sentence does not promise. If the rest takes more than two weeks, make the sentence shorter.', '[{"url": "https://basecamp.com/shapeup", "title": "Shape Up, by Ryan Singer"}]', true, true, 9, true),
	('2026-11-27 19:03:20.591958+00', '2026-11-27 19:03:20.591058+00', '01a21e64-030e-7913-a613-a07a524ff158', 'show-work-early', 'Show work early', 2, 'Show your work before you feel that it is ready.', 'Changes cost less at the beginning. Show something each week to the same three people, and ask them one question that you do not know the answer to.', '[{"url": "https://www.gov.uk/service-manual/user-research", "title": "User research, from the GOV.UK service manual"}]', false, false, 10, true),
	('2026-11-27 19:03:20.85679+00', '2026-11-27 19:03:20.856469+00', '01a21e64-0418-762b-afe8-66c90a4965b5', 'take-critique', 'Take critique, use a third', 2, 'Listen to all feedback, say thank you, and choose what to act on.', 'People usually notice correctly where something is wrong, but not how to solve it. Write down what they noticed and where, wait a day, and change what more than one person mentioned.', '[{"url": "https://www.gov.uk/guidance/style-guide", "title": "Writing well, from the GOV.UK style guide"}]', false, true, 11, true),
	('2026-11-27 19:03:21.115922+00', '2026-11-27 19:03:21.112539+00', '01a21e64-0518-7ecd-878d-88d7e16ebf66', 'measure-one-number', 'Measure one number', 2, 'Choose one figure that shows whether it works.', 'With ten figures, one always looks good. Choose the one that changes only when people are really helped, write it down every week, and decide in advance at which value you would stop.', '[{"url": "https://www.gov.uk/service-manual/user-research", "title": "User research, from the GOV.UK service manual"}]', false, false, 12, true),
	('2026-11-27 19:03:21.408912+00', '2026-11-27 19:03:21.4086+00', '01a21e64-0640-7aaa-8c0e-2045e32715ce', 'price-your-work', 'Price your work', 2, 'Name a price that you can say with confidence.', 'Base the price on what the problem costs your client, not on your hours. Ask what people pay today to deal with it, offer three ways to work together, and practise saying the middle price aloud.', '[{"url": "https://www.kalzumeus.com/greatest-hits/", "title": "How to price, by Patrick McKenzie"}]', false, true, 13, true),
	('2026-11-27 19:03:21.835517+00', '2026-11-27 19:03:21.834642+00', '01a21e64-07ea-7c0b-b5d9-858f738f33b6', 'small-proof', 'Build a small proof', 2, 'Do one real piece of the new work for somebody who needs it.', 'Finished work convinces people more than a certificate does. Do one small job of the kind you want, for somebody who will use the result, and write down what you would do differently.', '[{"url": "https://developer.mozilla.org/en-US/docs/Learn_web_development", "title": "Learn web development, by MDN"}, {"url": "https://basecamp.com/shapeup", "title": "Shape Up, by Ryan Singer"}]', true, true, 14, true),
	('2026-11-27 19:03:22.004907+00', '2026-11-27 19:03:22.00434+00', '01a21e64-0894-72d9-9ce5-9daf486720d7', 'tell-your-story', 'Tell the story of your change', 2, 'Explain in ninety seconds why you are changing fields.', 'Without an explanation, a change of fields can look like a gap. Say what you noticed in your old work, what you did about it, and what you want to do next. Leave out details that do not help.', '[{"url": "https://www.gov.uk/guidance/style-guide", "title": "Writing well, from the GOV.UK style guide"}]', false, false, 15, true),
	('2026-11-27 19:03:22.153928+00', '2026-11-27 19:03:22.152314+00', '01a21e64-0928-752a-a541-c3f322eca5d6', 'project-of-your-own', 'A project of your own', 2, 'Begin a project of your own that is slightly too big for you.', 'Choose something that makes you a little nervous and that stays interesting. Describe what it will be like for somebody who uses it, and divide it into pieces of one evening each.', '[{"url": "https://scratch.mit.edu/", "title": "Scratch, to try an idea in an hour"}, {"url": "https://learningmusic.ableton.com/", "title": "Learning Music, in the browser"}]', true, true, 16, true),
	('2026-11-27 19:03:22.457219+00', '2026-11-27 19:03:22.456489+00', '01a21e64-0a58-75f0-aa31-87bdeacdfd58', 'get-unstuck', 'Get unstuck', 2, 'Learn three things to try when you cannot continue.', 'Make the problem smaller, ask somebody within twenty minutes, or work on a later part first. Write down which of these helped, so that you know next time.', '[{"url": "https://git-scm.com/book", "title": "Pro Git, the book"}]', false, false, 17, true),
	('2026-11-27 19:03:22.723919+00', '2026-11-27 19:03:22.720673+00', '01a21e64-0b60-76e6-a7aa-a49eb3792d5c', 'borrow-well', 'Borrow well', 2, 'Learn from work that you admire, and give credit for it.', 'Copy one piece exactly to see how it is made, then change one part at a time until it is your own. Check what you are allowed to use, and name the people you learned from.', '[{"url": "https://choosealicense.com/", "title": "Choose a licence"}]', false, false, 18, true),
	('2026-11-27 19:03:23.125019+00', '2026-11-27 19:03:23.124635+00', '01a21e64-0cf4-7db8-903b-bfb237f9aad4', 'ship-with-review', 'Ship, review by review', 3, 'Release something every week, with somebody who reviews it.', 'Small releases cause small problems. Release something each week, have it reviewed before and after, and let what you find decide what to do next.', '[{"url": "https://basecamp.com/shapeup", "title": "Shape Up, by Ryan Singer"}, {"url": "https://git-scm.com/book", "title": "Pro Git, the book"}]', true, true, 19, true),
	('2026-11-27 19:03:23.356687+00', '2026-11-27 19:03:23.356388+00', '01a21e64-0ddc-7aef-9a11-39e50db733bd', 'set-the-standard', 'Set the standard', 3, 'Write down what good work looks like, and keep to it.', 'Others can only meet a standard that is written down. Write one page that says when a piece of work is done, with one good and one bad example, and correct the page when it turns out to be wrong.', '[{"url": "https://www.gov.uk/guidance/style-guide", "title": "Writing well, from the GOV.UK style guide"}]', false, true, 20, true),
	('2026-11-27 19:03:23.712898+00', '2026-11-27 19:03:23.71257+00', '01a21e64-0f40-7e1d-b7da-d5c87801ae71', 'teach-it', 'Teach it to somebody', 3, 'Explain a skill until somebody can use it without your help.', 'Teaching shows you what you do not understand yet yourself. Teach one thing to one person, watch them do it, and rewrite your explanation wherever they had to ask.', '[{"url": "https://www.gov.uk/guidance/style-guide", "title": "Writing well, from the GOV.UK style guide"}]', false, false, 21, true),
	('2026-11-27 19:03:23.849241+00', '2026-11-27 19:03:23.848735+00', '01a21e64-0fc8-717f-822b-7c736c7dcff4', 'first-client', 'The first client', 3, 'Get paid for the new work for the first time.', 'First clients rarely come through a form. Write to ten people who have a problem that you have solved before, show them your proof, name your price, and agree on what you will deliver and when.', '[{"url": "https://www.kalzumeus.com/greatest-hits/", "title": "How to find clients, by Patrick McKenzie"}]', true, true, 22, true),
	('2026-11-27 19:03:24.082793+00', '2026-11-27 19:03:24.082491+00', '01a21e64-10b2-7215-8963-c795da625ae7', 'interview-by-work', 'Interview by showing work', 3, 'In interviews, talk about something that you made.', 'Bring one piece of work, and explain one decision that you got wrong and what you learned from it. The interview then is about your work and not about your CV.', '[{"url": "https://www.gov.uk/service-manual/user-research", "title": "User research, from the GOV.UK service manual"}]', false, true, 23, true),
	('2026-11-27 19:03:24.264708+00', '2026-11-27 19:03:24.26438+00', '01a21e64-1168-7bb0-a797-52326fae4bb5', 'first-hundred-days', 'The first hundred days', 3, 'Learn how a new place works, then improve one thing.', 'Ask questions for the first thirty days, help others for the next thirty, and then improve one thing that your colleagues had given up on. Say early what you do not know.', '[{"url": "https://www.gov.uk/service-manual/user-research", "title": "User research, from the GOV.UK service manual"}]', false, false, 24, true),
	('2026-11-27 19:03:24.368794+00', '2026-11-27 19:03:24.368496+00', '01a21e64-11d0-7c62-bc47-0ee07d2dfd71', 'finish-on-purpose', 'Finish it, on purpose', 3, 'Decide when the project is done, and stop there.', 'Most of the remaining details will not be noticed, but one of them will. Do that one, and set a date on which you stop working on the others.', '[{"url": "https://basecamp.com/shapeup", "title": "Shape Up, by Ryan Singer"}]', false, false, 25, true),
	('2026-11-27 19:03:24.511687+00', '2026-11-27 19:03:24.511408+00', '01a21e64-125f-7319-a05b-6b30ae93f523', 'put-it-out', 'Put it out', 3, 'Publish it where others can find it, with a name and a picture.', 'Give it a title, one picture and two sentences. Publish it where people look for things of this kind, and answer the first ten of them who write to you.', '[{"url": "https://itch.io/docs/creators/", "title": "itch.io, publishing small games"}, {"url": "https://choosealicense.com/", "title": "Choose a licence"}]', true, true, 26, true),
	('2026-11-27 19:03:24.654433+00', '2026-11-27 19:03:24.620279+00', '01a21e64-12cc-7562-bfc8-0f21be31fd24', 'show-it-live', 'Show it live', 3, 'Demonstrate it to an audience for five minutes.', 'Practise the beginning and the end, prepare for something to go wrong in the middle, and stop while people still want to see more.', '[{"url": "https://learningmusic.ableton.com/", "title": "Learning Music, in the browser"}, {"url": "https://itch.io/docs/creators/", "title": "itch.io, publishing small games"}]', false, false, 27, true);


INSERT INTO public.pathways_skill_pathways VALUES
	(1, '01a21e63-fb14-7fa9-80c3-6047fbf1e725', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(2, '01a21e63-fb14-7fa9-80c3-6047fbf1e725', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(3, '01a21e63-fb14-7fa9-80c3-6047fbf1e725', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(4, '01a21e63-fbd0-7742-8afa-7ef58c42fecc', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(5, '01a21e63-fbd0-7742-8afa-7ef58c42fecc', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(6, '01a21e63-fbd0-7742-8afa-7ef58c42fecc', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(7, '01a21e63-fc70-78f8-9701-608558b2f20b', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(8, '01a21e63-fd18-7cfe-a5ef-790294ffc4d4', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(9, '01a21e63-fd18-7cfe-a5ef-790294ffc4d4', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(10, '01a21e63-fda0-7e62-9e16-088f4bc255cc', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(11, '01a21e63-fda0-7e62-9e16-088f4bc255cc', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(12, '01a21e63-fe2f-7845-a72b-07be1fdd8c35', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(13, '01a21e63-fe70-7e3b-936c-7e27e1b20250', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(14, '01a21e63-fff0-7049-a3ff-f801112a4455', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(15, '01a21e64-00cb-75a4-90cd-67d9d25e08c5', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(16, '01a21e64-00cb-75a4-90cd-67d9d25e08c5', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(17, '01a21e64-0168-7202-8a2a-9be253857893', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(18, '01a21e64-030e-7913-a613-a07a524ff158', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(19, '01a21e64-030e-7913-a613-a07a524ff158', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(20, '01a21e64-030e-7913-a613-a07a524ff158', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(21, '01a21e64-0418-762b-afe8-66c90a4965b5', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(22, '01a21e64-0418-762b-afe8-66c90a4965b5', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(23, '01a21e64-0418-762b-afe8-66c90a4965b5', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(24, '01a21e64-0518-7ecd-878d-88d7e16ebf66', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(25, '01a21e64-0640-7aaa-8c0e-2045e32715ce', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(26, '01a21e64-0640-7aaa-8c0e-2045e32715ce', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(27, '01a21e64-07ea-7c0b-b5d9-858f738f33b6', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(28, '01a21e64-0894-72d9-9ce5-9daf486720d7', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(29, '01a21e64-0928-752a-a541-c3f322eca5d6', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(30, '01a21e64-0a58-75f0-aa31-87bdeacdfd58', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(31, '01a21e64-0a58-75f0-aa31-87bdeacdfd58', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(32, '01a21e64-0b60-76e6-a7aa-a49eb3792d5c', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(33, '01a21e64-0cf4-7db8-903b-bfb237f9aad4', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(34, '01a21e64-0ddc-7aef-9a11-39e50db733bd', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(35, '01a21e64-0f40-7e1d-b7da-d5c87801ae71', '01a21e63-edb0-7ae0-9972-1a5d868a14b1'),
	(36, '01a21e64-0f40-7e1d-b7da-d5c87801ae71', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(37, '01a21e64-0fc8-717f-822b-7c736c7dcff4', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(38, '01a21e64-10b2-7215-8963-c795da625ae7', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(39, '01a21e64-1168-7bb0-a797-52326fae4bb5', '01a21e63-eddb-7d8c-9d23-8d528796aff9'),
	(40, '01a21e64-11d0-7c62-bc47-0ee07d2dfd71', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(41, '01a21e64-125f-7319-a05b-6b30ae93f523', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83'),
	(42, '01a21e64-12cc-7562-bfc8-0f21be31fd24', '01a21e63-edf0-71e8-8e2b-ba3db0e6fc83');


SELECT pg_catalog.setval('public.account_emailaddress_id_seq', 1, false);


SELECT pg_catalog.setval('public.account_emailconfirmation_id_seq', 1, false);


SELECT pg_catalog.setval('public.accounts_builderprofile_roles_id_seq', 1, false);


SELECT pg_catalog.setval('public.accounts_user_groups_id_seq', 1, false);


SELECT pg_catalog.setval('public.auth_group_id_seq', 1, false);


SELECT pg_catalog.setval('public.auth_group_permissions_id_seq', 1, false);


SELECT pg_catalog.setval('public.auth_permission_id_seq', 752, true);


SELECT pg_catalog.setval('public.bookings_answer_id_seq', 1, false);


SELECT pg_catalog.setval('public.bookings_bookingattempt_id_seq', 1, false);


SELECT pg_catalog.setval('public.bookings_stepcount_id_seq', 1, false);


SELECT pg_catalog.setval('public.coaching_cancellationtier_id_seq', 1, false);


SELECT pg_catalog.setval('public.coaching_offer_services_id_seq', 1, false);


SELECT pg_catalog.setval('public.coaching_offeredduration_id_seq', 1, false);


SELECT pg_catalog.setval('public.coaching_sessionduration_id_seq', 1, false);


SELECT pg_catalog.setval('public.coaching_sessiontype_pathways_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_acceptance_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_demandevent_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_flag_groups_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_flag_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_flag_users_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_jobrun_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_mailevent_id_seq', 1, false);


SELECT pg_catalog.setval('public.core_policyversion_id_seq', 1, false);


SELECT pg_catalog.setval('public.django_admin_log_id_seq', 1, false);


SELECT pg_catalog.setval('public.django_content_type_id_seq', 188, true);


SELECT pg_catalog.setval('public.django_migrations_id_seq', 208, true);


SELECT pg_catalog.setval('public.insights_dailyfigure_id_seq', 1, false);


SELECT pg_catalog.setval('public.insights_dailyfigurerun_id_seq', 1, false);


SELECT pg_catalog.setval('public.marketplace_favourite_id_seq', 1, false);


SELECT pg_catalog.setval('public.marketplace_specialisation_id_seq', 1, false);


SELECT pg_catalog.setval('public.mfa_authenticator_id_seq', 1, false);


SELECT pg_catalog.setval('public.operations_backuprecord_id_seq', 1, false);


SELECT pg_catalog.setval('public.operations_errorcount_id_seq', 1, false);


SELECT pg_catalog.setval('public.pathways_need_id_seq', 32, true);


SELECT pg_catalog.setval('public.pathways_skill_pathways_id_seq', 42, true);


SELECT pg_catalog.setval('public.pathways_teaching_id_seq', 1, false);


SELECT pg_catalog.setval('public.payments_ledgerleg_id_seq', 1, false);


SELECT pg_catalog.setval('public.scheduling_exceptionday_id_seq', 1, false);


SELECT pg_catalog.setval('public.scheduling_mergedbusytime_id_seq', 1, false);


SELECT pg_catalog.setval('public.scheduling_offeredday_id_seq', 1, false);


SELECT pg_catalog.setval('public.scheduling_recurringhours_id_seq', 1, false);


SELECT pg_catalog.setval('public.scheduling_rule_id_seq', 1, false);


SELECT pg_catalog.setval('public.scheduling_workedholiday_id_seq', 1, false);


SELECT pg_catalog.setval('public.usersessions_usersession_id_seq', 1, false);


SELECT pg_catalog.setval('public.waffle_flag_groups_id_seq', 1, false);


SELECT pg_catalog.setval('public.waffle_flag_id_seq', 1, false);


SELECT pg_catalog.setval('public.waffle_flag_users_id_seq', 1, false);


SELECT pg_catalog.setval('public.waffle_sample_id_seq', 1, false);


SELECT pg_catalog.setval('public.waffle_switch_id_seq', 1, false);


ALTER TABLE ONLY public.bookings_offered
    ADD CONSTRAINT a_time_is_offered_once UNIQUE (place_id, starts_at);


ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_email_987c8728_uniq UNIQUE (user_id, email);


ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_key_key UNIQUE (key);


ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirmation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_actingsession
    ADD CONSTRAINT accounts_actingsession_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_addresschange
    ADD CONSTRAINT accounts_addresschange_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_addresschange
    ADD CONSTRAINT accounts_addresschange_user_id_key UNIQUE (user_id);


ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_digest_key UNIQUE (digest);


ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_builderapplication
    ADD CONSTRAINT accounts_builderapplication_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_builderprofile_roles
    ADD CONSTRAINT accounts_builderprofile__builderprofile_id_profes_1cd8ca01_uniq UNIQUE (builderprofile_id, professionalrole_id);


ALTER TABLE ONLY public.accounts_builderprofile
    ADD CONSTRAINT accounts_builderprofile_pkey PRIMARY KEY (user_id);


ALTER TABLE ONLY public.accounts_builderprofile_roles
    ADD CONSTRAINT accounts_builderprofile_roles_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_builderprofile
    ADD CONSTRAINT accounts_builderprofile_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.accounts_clientprofile
    ADD CONSTRAINT accounts_clientprofile_pkey PRIMARY KEY (user_id);


ALTER TABLE ONLY public.accounts_dataexport
    ADD CONSTRAINT accounts_dataexport_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_joininvitation
    ADD CONSTRAINT accounts_joininvitation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_member
    ADD CONSTRAINT accounts_member_person_id_key UNIQUE (person_id);


ALTER TABLE ONLY public.accounts_member
    ADD CONSTRAINT accounts_member_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_memberchange
    ADD CONSTRAINT accounts_memberchange_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_memberduplicate
    ADD CONSTRAINT accounts_memberduplicate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_memberimport
    ADD CONSTRAINT accounts_memberimport_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_membermerge
    ADD CONSTRAINT accounts_membermerge_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_notification
    ADD CONSTRAINT accounts_notification_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_place
    ADD CONSTRAINT accounts_place_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_professionalrole
    ADD CONSTRAINT accounts_professionalrole_name_key UNIQUE (name);


ALTER TABLE ONLY public.accounts_professionalrole
    ADD CONSTRAINT accounts_professionalrole_pkey PRIMARY KEY (slug);


ALTER TABLE ONLY public.accounts_rolegrant
    ADD CONSTRAINT accounts_rolegrant_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_signup
    ADD CONSTRAINT accounts_signup_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_email_key UNIQUE (email);


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_group_id_59c0b32f_uniq UNIQUE (user_id, group_id);


ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_name_key UNIQUE (name);


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_permission_id_0cd325b0_uniq UNIQUE (group_id, permission_id);


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.auth_group
    ADD CONSTRAINT auth_group_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_codename_01ab375a_uniq UNIQUE (content_type_id, codename);


ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_answer
    ADD CONSTRAINT bookings_answer_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_calendar_uid_key UNIQUE (calendar_uid);


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_form_key_key UNIQUE (form_key);


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_reference_key UNIQUE (reference);


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_seat_id_key UNIQUE (seat_id);


ALTER TABLE ONLY public.bookings_bookingattempt
    ADD CONSTRAINT bookings_bookingattempt_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_bookingevent
    ADD CONSTRAINT bookings_bookingevent_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_calendlyevent
    ADD CONSTRAINT bookings_calendlyevent_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_calendlyinvitee
    ADD CONSTRAINT bookings_calendlyinvitee_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_clientnote
    ADD CONSTRAINT bookings_clientnote_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_deliverable
    ADD CONSTRAINT bookings_deliverable_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_deliverable
    ADD CONSTRAINT bookings_deliverable_replaces_id_key UNIQUE (replaces_id);


ALTER TABLE ONLY public.bookings_draft
    ADD CONSTRAINT bookings_draft_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_guest
    ADD CONSTRAINT bookings_guest_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_guestmerge
    ADD CONSTRAINT bookings_guestmerge_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_meeting
    ADD CONSTRAINT bookings_meeting_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_offered
    ADD CONSTRAINT bookings_offered_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_offered
    ADD CONSTRAINT bookings_offered_seat_id_key UNIQUE (seat_id);


ALTER TABLE ONLY public.bookings_place
    ADD CONSTRAINT bookings_place_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsession_booking_id_key UNIQUE (booking_id);


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsession_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsession_seat_id_key UNIQUE (seat_id);


ALTER TABLE ONLY public.bookings_preparation
    ADD CONSTRAINT bookings_preparation_booking_id_key UNIQUE (booking_id);


ALTER TABLE ONLY public.bookings_preparation
    ADD CONSTRAINT bookings_preparation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_project
    ADD CONSTRAINT bookings_project_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_proposal
    ADD CONSTRAINT bookings_proposal_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_review
    ADD CONSTRAINT bookings_review_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_series
    ADD CONSTRAINT bookings_series_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_sessionplan
    ADD CONSTRAINT bookings_sessionplan_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_skillreport
    ADD CONSTRAINT bookings_skillreport_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_starcount
    ADD CONSTRAINT bookings_starcount_pkey PRIMARY KEY (builder_id);


ALTER TABLE ONLY public.bookings_statement
    ADD CONSTRAINT bookings_statement_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.bookings_stepcount
    ADD CONSTRAINT bookings_stepcount_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_cancellationtier
    ADD CONSTRAINT coaching_cancellationtier_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_offer
    ADD CONSTRAINT coaching_offer_pkey PRIMARY KEY (builder_id);


ALTER TABLE ONLY public.coaching_offer_services
    ADD CONSTRAINT coaching_offer_services_offer_id_service_id_513d6054_uniq UNIQUE (offer_id, service_id);


ALTER TABLE ONLY public.coaching_offer_services
    ADD CONSTRAINT coaching_offer_services_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_offeredduration
    ADD CONSTRAINT coaching_offeredduration_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_package
    ADD CONSTRAINT coaching_package_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_packagepurchase
    ADD CONSTRAINT coaching_packagepurchase_grant_id_key UNIQUE (grant_id);


ALTER TABLE ONLY public.coaching_packagepurchase
    ADD CONSTRAINT coaching_packagepurchase_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_packagepurchase
    ADD CONSTRAINT coaching_packagepurchase_reference_key UNIQUE (reference);


ALTER TABLE ONLY public.coaching_priceshare
    ADD CONSTRAINT coaching_priceshare_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_question
    ADD CONSTRAINT coaching_question_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_service
    ADD CONSTRAINT coaching_service_name_key UNIQUE (name);


ALTER TABLE ONLY public.coaching_service
    ADD CONSTRAINT coaching_service_pkey PRIMARY KEY (slug);


ALTER TABLE ONLY public.coaching_sessionduration
    ADD CONSTRAINT coaching_sessionduration_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_sessiontype_pathways
    ADD CONSTRAINT coaching_sessiontype_pat_sessiontype_id_pathway_i_ab5bde7d_uniq UNIQUE (sessiontype_id, pathway_id);


ALTER TABLE ONLY public.coaching_sessiontype_pathways
    ADD CONSTRAINT coaching_sessiontype_pathways_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.coaching_sessiontype
    ADD CONSTRAINT coaching_sessiontype_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_accountcalendar
    ADD CONSTRAINT connections_accountcalendar_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_calendlyaccount
    ADD CONSTRAINT connections_calendlyaccount_account_id_key UNIQUE (account_id);


ALTER TABLE ONLY public.connections_calendlyaccount
    ADD CONSTRAINT connections_calendlyaccount_calendar_id_key UNIQUE (calendar_id);


ALTER TABLE ONLY public.connections_calendlyaccount
    ADD CONSTRAINT connections_calendlyaccount_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_connection
    ADD CONSTRAINT connections_connection_account_id_key UNIQUE (account_id);


ALTER TABLE ONLY public.connections_connection
    ADD CONSTRAINT connections_connection_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_linkedaccount
    ADD CONSTRAINT connections_linkedaccount_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_webhookattempt
    ADD CONSTRAINT connections_webhookattempt_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_webhookendpoint
    ADD CONSTRAINT connections_webhookendpoint_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_webhookmessage
    ADD CONSTRAINT connections_webhookmessage_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.connections_zoomsettings
    ADD CONSTRAINT connections_zoomsettings_pkey PRIMARY KEY (account_id);


ALTER TABLE ONLY public.core_acceptance
    ADD CONSTRAINT core_acceptance_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_announcement
    ADD CONSTRAINT core_announcement_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_attempt
    ADD CONSTRAINT core_attempt_pkey PRIMARY KEY (key);


ALTER TABLE ONLY public.core_auditentry
    ADD CONSTRAINT core_auditentry_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_auditseal
    ADD CONSTRAINT core_auditseal_entry_key UNIQUE (entry);


ALTER TABLE ONLY public.core_auditseal
    ADD CONSTRAINT core_auditseal_pkey PRIMARY KEY (number);


ALTER TABLE ONLY public.core_contactmessage
    ADD CONSTRAINT core_contactmessage_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_deadaddress
    ADD CONSTRAINT core_deadaddress_address_key UNIQUE (address);


ALTER TABLE ONLY public.core_deadaddress
    ADD CONSTRAINT core_deadaddress_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_demandevent
    ADD CONSTRAINT core_demandevent_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_exchangerate
    ADD CONSTRAINT core_exchangerate_pkey PRIMARY KEY (currency);


ALTER TABLE ONLY public.core_feedback
    ADD CONSTRAINT core_feedback_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_flag_groups
    ADD CONSTRAINT core_flag_groups_flag_id_group_id_aae5ce68_uniq UNIQUE (flag_id, group_id);


ALTER TABLE ONLY public.core_flag_groups
    ADD CONSTRAINT core_flag_groups_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_flag
    ADD CONSTRAINT core_flag_name_key UNIQUE (name);


ALTER TABLE ONLY public.core_flag
    ADD CONSTRAINT core_flag_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_flag_users
    ADD CONSTRAINT core_flag_users_flag_id_user_id_1b162034_uniq UNIQUE (flag_id, user_id);


ALTER TABLE ONLY public.core_flag_users
    ADD CONSTRAINT core_flag_users_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_heartbeat
    ADD CONSTRAINT core_heartbeat_pkey PRIMARY KEY (name);


ALTER TABLE ONLY public.core_idempotencykey
    ADD CONSTRAINT core_idempotencykey_key_key UNIQUE (key);


ALTER TABLE ONLY public.core_idempotencykey
    ADD CONSTRAINT core_idempotencykey_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_jobrun
    ADD CONSTRAINT core_jobrun_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_mailevent
    ADD CONSTRAINT core_mailevent_key_key UNIQUE (key);


ALTER TABLE ONLY public.core_mailevent
    ADD CONSTRAINT core_mailevent_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_maillogentry
    ADD CONSTRAINT core_maillogentry_message_key UNIQUE (message);


ALTER TABLE ONLY public.core_maillogentry
    ADD CONSTRAINT core_maillogentry_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_maintenance
    ADD CONSTRAINT core_maintenance_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_outboxmessage
    ADD CONSTRAINT core_outboxmessage_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_outboxpause
    ADD CONSTRAINT core_outboxpause_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_policyversion
    ADD CONSTRAINT core_policyversion_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_signuppolicy
    ADD CONSTRAINT core_signuppolicy_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.core_sitepage
    ADD CONSTRAINT core_sitepage_pkey PRIMARY KEY (slug);


ALTER TABLE ONLY public.core_webhookdelivery
    ADD CONSTRAINT core_webhookdelivery_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_app_label_model_76bd3d3b_uniq UNIQUE (app_label, model);


ALTER TABLE ONLY public.django_content_type
    ADD CONSTRAINT django_content_type_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.django_session
    ADD CONSTRAINT django_session_pkey PRIMARY KEY (session_key);


ALTER TABLE ONLY public.marketplace_favourite
    ADD CONSTRAINT each_favourite_once UNIQUE (person_id, builder_id);


ALTER TABLE ONLY public.pathways_teaching
    ADD CONSTRAINT each_skill_once UNIQUE (builder_id, skill_id);


ALTER TABLE ONLY public.insights_dailyfigure
    ADD CONSTRAINT insights_dailyfigure_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.insights_dailyfigurerun
    ADD CONSTRAINT insights_dailyfigurerun_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.marketplace_builderlisting
    ADD CONSTRAINT marketplace_builderlisting_pkey PRIMARY KEY (builder_id);


ALTER TABLE ONLY public.marketplace_buildermetrics
    ADD CONSTRAINT marketplace_buildermetrics_pkey PRIMARY KEY (builder_id);


ALTER TABLE ONLY public.marketplace_favourite
    ADD CONSTRAINT marketplace_favourite_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.marketplace_firststeps
    ADD CONSTRAINT marketplace_firststeps_pkey PRIMARY KEY (builder_id);


ALTER TABLE ONLY public.marketplace_letterchoice
    ADD CONSTRAINT marketplace_letterchoice_pkey PRIMARY KEY (person_id);


ALTER TABLE ONLY public.marketplace_listedword
    ADD CONSTRAINT marketplace_listedword_pkey PRIMARY KEY (word);


ALTER TABLE ONLY public.marketplace_moderation
    ADD CONSTRAINT marketplace_moderation_pkey PRIMARY KEY (builder_id);


ALTER TABLE ONLY public.marketplace_openingnotice
    ADD CONSTRAINT marketplace_openingnotice_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.marketplace_portfolioasset
    ADD CONSTRAINT marketplace_portfolioasset_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.marketplace_savedsearch
    ADD CONSTRAINT marketplace_savedsearch_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.marketplace_specialisation
    ADD CONSTRAINT marketplace_specialisation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.marketplace_weeklyletter
    ADD CONSTRAINT marketplace_weeklyletter_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.messaging_attachment
    ADD CONSTRAINT messaging_attachment_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.messaging_conversation
    ADD CONSTRAINT messaging_conversation_pair_key UNIQUE (pair);


ALTER TABLE ONLY public.messaging_conversation
    ADD CONSTRAINT messaging_conversation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT messaging_message_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.messaging_messagepreferences
    ADD CONSTRAINT messaging_messagepreferences_pkey PRIMARY KEY (person_id);


ALTER TABLE ONLY public.messaging_messagereport
    ADD CONSTRAINT messaging_messagereport_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.messaging_participant
    ADD CONSTRAINT messaging_participant_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.messaging_savedreply
    ADD CONSTRAINT messaging_savedreply_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_reservation
    ADD CONSTRAINT no_double_booking EXCLUDE USING gist (builder_id WITH =, during WITH &&) WHERE ((((kind)::text = ANY ((ARRAY['HOLD'::character varying, 'BOOKED'::character varying])::text[])) AND (released_at IS NULL)));


ALTER TABLE ONLY public.core_acceptance
    ADD CONSTRAINT one_acceptance_of_a_kind UNIQUE NULLS NOT DISTINCT (person_id, version_id, reference, occasion);


ALTER TABLE ONLY public.connections_linkedaccount
    ADD CONSTRAINT one_account_of_a_kind UNIQUE NULLS NOT DISTINCT (owner_id, service, external_id);


ALTER TABLE ONLY public.bookings_answer
    ADD CONSTRAINT one_answer_a_question UNIQUE (booking_id, question_id);


ALTER TABLE ONLY public.bookings_bookingattempt
    ADD CONSTRAINT one_attempt_a_day UNIQUE (day, visitor, session_type_id, channel);


ALTER TABLE ONLY public.pathways_award
    ADD CONSTRAINT one_award_a_badge UNIQUE (badge_id, client_id);


ALTER TABLE ONLY public.connections_accountcalendar
    ADD CONSTRAINT one_calendar_at_an_address UNIQUE (connection_id, address);


ALTER TABLE ONLY public.payments_subscriptioncharge
    ADD CONSTRAINT one_charge_of_a_number UNIQUE (subscription_id, number);


ALTER TABLE ONLY public.connections_connection
    ADD CONSTRAINT one_connection_of_a_name UNIQUE (owner_id, name);


ALTER TABLE ONLY public.bookings_stepcount
    ADD CONSTRAINT one_count_a_step UNIQUE (builder_id, day, channel, step, reason);


ALTER TABLE ONLY public.core_demandevent
    ADD CONSTRAINT one_count_of_a_demand UNIQUE NULLS NOT DISTINCT (day, kind, words, service, pathway, town, builder_id, session_type);


ALTER TABLE ONLY public.operations_errorcount
    ADD CONSTRAINT one_count_of_errors_a_minute UNIQUE (minute, area);


ALTER TABLE ONLY public.payments_creditgrant
    ADD CONSTRAINT one_credit_grant_of_a_source UNIQUE (source_id, source_kind);


ALTER TABLE ONLY public.bookings_draft
    ADD CONSTRAINT one_draft_each UNIQUE (holder, session_type_id);


ALTER TABLE ONLY public.payments_disputeevidence
    ADD CONSTRAINT one_evidence_of_a_version UNIQUE (dispute_id, version);


ALTER TABLE ONLY public.scheduling_exceptionday
    ADD CONSTRAINT one_exception_a_day UNIQUE (schedule_id, date);


ALTER TABLE ONLY public.scheduling_schedule
    ADD CONSTRAINT one_holiday_schedule_a_day EXCLUDE USING gist (builder_id WITH =, daterange(starts_on, ends_on, '[]'::text) WITH &&) WHERE ((is_active AND ((kind)::text = 'holiday'::text)));


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT one_invoice_of_a_number UNIQUE (series_id, sequence);


ALTER TABLE ONLY public.payments_ledgeraccount
    ADD CONSTRAINT one_ledger_account_of_a_kind UNIQUE NULLS NOT DISTINCT (kind, owner_id, currency);


ALTER TABLE ONLY public.marketplace_weeklyletter
    ADD CONSTRAINT one_letter_a_week UNIQUE (person_id, week);


ALTER TABLE ONLY public.scheduling_mergedbusytime
    ADD CONSTRAINT one_merged_busy_time UNIQUE (builder_id, minutes);


ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT one_message_per_client_key UNIQUE NULLS NOT DISTINCT (conversation_id, sender_id, client_key);


ALTER TABLE ONLY public.core_outboxmessage
    ADD CONSTRAINT one_message_per_event UNIQUE (event, channel, recipient);


ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT one_message_per_number UNIQUE (conversation_id, number) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_need
    ADD CONSTRAINT one_need_each UNIQUE (skill_id, needed_id);


ALTER TABLE ONLY public.marketplace_openingnotice
    ADD CONSTRAINT one_notice_a_stretch UNIQUE (person_id, builder_id, stretch);


ALTER TABLE ONLY public.accounts_notification
    ADD CONSTRAINT one_notification_per_event UNIQUE (person_id, event);


ALTER TABLE ONLY public.scheduling_offeredday
    ADD CONSTRAINT one_offered_day UNIQUE (builder_id, date);


ALTER TABLE ONLY public.payments_payment
    ADD CONSTRAINT one_payment_of_a_subject UNIQUE (subject_id, subject_kind);


ALTER TABLE ONLY public.coaching_offeredduration
    ADD CONSTRAINT one_price_per_offered_duration UNIQUE (offer_id, minutes);


ALTER TABLE ONLY public.coaching_sessionduration
    ADD CONSTRAINT one_price_per_session_duration UNIQUE (session_type_id, minutes);


ALTER TABLE ONLY public.coaching_priceshare
    ADD CONSTRAINT one_price_share_of_a_builder UNIQUE (session_type_id, builder_id);


ALTER TABLE ONLY public.pathways_progress
    ADD CONSTRAINT one_progress_a_skill UNIQUE (client_id, skill_id);


ALTER TABLE ONLY public.messaging_messagereport
    ADD CONSTRAINT one_report_per_reader UNIQUE (message_id, reporter_id);


ALTER TABLE ONLY public.bookings_skillreport
    ADD CONSTRAINT one_report_per_side UNIQUE (booking_id, skill_id, side);


ALTER TABLE ONLY public.bookings_review
    ADD CONSTRAINT one_review_a_side UNIQUE (booking_id, side);


ALTER TABLE ONLY public.referrals_reward
    ADD CONSTRAINT one_reward_for_a_referral UNIQUE (referral_id, person_id);


ALTER TABLE ONLY public.bookings_calendlyevent
    ADD CONSTRAINT one_row_of_an_event UNIQUE (builder_id, uri);


ALTER TABLE ONLY public.scheduling_calendlyeventtype
    ADD CONSTRAINT one_row_of_an_event_type UNIQUE (builder_id, uri);


ALTER TABLE ONLY public.bookings_calendlyinvitee
    ADD CONSTRAINT one_row_of_an_invitee UNIQUE (builder_id, uri);


ALTER TABLE ONLY public.accounts_memberduplicate
    ADD CONSTRAINT one_row_per_pair_of_members UNIQUE (first_id, second_id);


ALTER TABLE ONLY public.core_webhookdelivery
    ADD CONSTRAINT one_row_per_webhook UNIQUE (source, key);


ALTER TABLE ONLY public.core_jobrun
    ADD CONSTRAINT one_run_per_period UNIQUE (job, period_at);


ALTER TABLE ONLY public.payments_sellerprofile
    ADD CONSTRAINT one_seller_profile_of_an_owner UNIQUE NULLS NOT DISTINCT (owner_id);


ALTER TABLE ONLY public.marketplace_specialisation
    ADD CONSTRAINT one_specialisation_each UNIQUE (builder_id, pathway_id);


ALTER TABLE ONLY public.payments_taxrate
    ADD CONSTRAINT one_tax_rate_from_a_day UNIQUE (kind_id, country, valid_from);


ALTER TABLE ONLY public.coaching_cancellationtier
    ADD CONSTRAINT one_tier_per_hour UNIQUE (session_type_id, hours);


ALTER TABLE ONLY public.payments_transfer
    ADD CONSTRAINT one_transfer_of_a_number UNIQUE (payment_id, owner_id, number);


ALTER TABLE ONLY public.core_policyversion
    ADD CONSTRAINT one_version_of_a_number UNIQUE (kind, number);


ALTER TABLE ONLY public.connections_webhookmessage
    ADD CONSTRAINT one_webhook_of_an_event UNIQUE (endpoint_id, source, subject);


ALTER TABLE ONLY public.scheduling_workedholiday
    ADD CONSTRAINT one_worked_holiday_a_day UNIQUE (schedule_id, date);


ALTER TABLE ONLY public.operations_alarmstate
    ADD CONSTRAINT operations_alarmstate_pkey PRIMARY KEY (name);


ALTER TABLE ONLY public.operations_backuprecord
    ADD CONSTRAINT operations_backuprecord_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.operations_errorcount
    ADD CONSTRAINT operations_errorcount_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.operations_staffnote
    ADD CONSTRAINT operations_staffnote_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_answeredrequest
    ADD CONSTRAINT pathways_answeredrequest_pkey PRIMARY KEY (request);


ALTER TABLE ONLY public.pathways_award
    ADD CONSTRAINT pathways_award_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_award
    ADD CONSTRAINT pathways_award_token_key UNIQUE (token);


ALTER TABLE ONLY public.pathways_badge
    ADD CONSTRAINT pathways_badge_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_badge
    ADD CONSTRAINT pathways_badge_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.pathways_completedsession
    ADD CONSTRAINT pathways_completedsession_pkey PRIMARY KEY (booking);


ALTER TABLE ONLY public.pathways_enrolment
    ADD CONSTRAINT pathways_enrolment_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_enrolmentevent
    ADD CONSTRAINT pathways_enrolmentevent_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_evidence
    ADD CONSTRAINT pathways_evidence_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_goal
    ADD CONSTRAINT pathways_goal_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_goalevent
    ADD CONSTRAINT pathways_goalevent_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_goalstep
    ADD CONSTRAINT pathways_goalstep_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_need
    ADD CONSTRAINT pathways_need_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_pathway
    ADD CONSTRAINT pathways_pathway_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_pathway
    ADD CONSTRAINT pathways_pathway_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.pathways_progress
    ADD CONSTRAINT pathways_progress_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_progressevent
    ADD CONSTRAINT pathways_progressevent_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_progressevent
    ADD CONSTRAINT pathways_progressevent_undoes_id_key UNIQUE (undoes_id);


ALTER TABLE ONLY public.pathways_skill_pathways
    ADD CONSTRAINT pathways_skill_pathways_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_skill_pathways
    ADD CONSTRAINT pathways_skill_pathways_skill_id_pathway_id_d503bea8_uniq UNIQUE (skill_id, pathway_id);


ALTER TABLE ONLY public.pathways_skill
    ADD CONSTRAINT pathways_skill_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.pathways_skill
    ADD CONSTRAINT pathways_skill_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.pathways_teaching
    ADD CONSTRAINT pathways_teaching_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_buyerprofile
    ADD CONSTRAINT payments_buyerprofile_owner_id_key UNIQUE (owner_id);


ALTER TABLE ONLY public.payments_buyerprofile
    ADD CONSTRAINT payments_buyerprofile_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_cardpage
    ADD CONSTRAINT payments_cardpage_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_checkout
    ADD CONSTRAINT payments_checkout_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_correction
    ADD CONSTRAINT payments_correction_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_correction
    ADD CONSTRAINT payments_correction_receipt_id_key UNIQUE (receipt_id);


ALTER TABLE ONLY public.payments_creditgrant
    ADD CONSTRAINT payments_creditgrant_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_disputeevidence
    ADD CONSTRAINT payments_disputeevidence_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_disputefile
    ADD CONSTRAINT payments_disputefile_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_key_key UNIQUE (key);


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_number_key UNIQUE (number);


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_invoiceseries
    ADD CONSTRAINT payments_invoiceseries_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_invoiceseries
    ADD CONSTRAINT payments_invoiceseries_prefix_key UNIQUE (prefix);


ALTER TABLE ONLY public.payments_ledgeraccount
    ADD CONSTRAINT payments_ledgeraccount_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_ledgerclosing
    ADD CONSTRAINT payments_ledgerclosing_pkey PRIMARY KEY (account_id);


ALTER TABLE ONLY public.payments_ledgerentry
    ADD CONSTRAINT payments_ledgerentry_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_ledgerentry
    ADD CONSTRAINT payments_ledgerentry_reference_key UNIQUE (reference);


ALTER TABLE ONLY public.payments_ledgerleg
    ADD CONSTRAINT payments_ledgerleg_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_payment
    ADD CONSTRAINT payments_payment_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_paymentdispute
    ADD CONSTRAINT payments_paymentdispute_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_paymentdispute
    ADD CONSTRAINT payments_paymentdispute_provider_id_key UNIQUE (provider_id);


ALTER TABLE ONLY public.payments_payouthold
    ADD CONSTRAINT payments_payouthold_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_plan
    ADD CONSTRAINT payments_plan_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_provideraccount
    ADD CONSTRAINT payments_provideraccount_owner_id_key UNIQUE (owner_id);


ALTER TABLE ONLY public.payments_provideraccount
    ADD CONSTRAINT payments_provideraccount_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_providercheck
    ADD CONSTRAINT payments_providercheck_pkey PRIMARY KEY (name);


ALTER TABLE ONLY public.payments_providercustomer
    ADD CONSTRAINT payments_providercustomer_pkey PRIMARY KEY (person_id);


ALTER TABLE ONLY public.payments_providercustomer
    ADD CONSTRAINT payments_providercustomer_provider_id_key UNIQUE (provider_id);


ALTER TABLE ONLY public.payments_providertransaction
    ADD CONSTRAINT payments_providertransaction_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_key_key UNIQUE (key);


ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_key_key UNIQUE (key);


ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_retry_of_id_key UNIQUE (retry_of_id);


ALTER TABLE ONLY public.payments_savedcard
    ADD CONSTRAINT payments_savedcard_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_savedcard
    ADD CONSTRAINT payments_savedcard_provider_id_key UNIQUE (provider_id);


ALTER TABLE ONLY public.payments_sellerprofile
    ADD CONSTRAINT payments_sellerprofile_owner_id_key UNIQUE (owner_id);


ALTER TABLE ONLY public.payments_sellerprofile
    ADD CONSTRAINT payments_sellerprofile_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_subscription
    ADD CONSTRAINT payments_subscription_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_subscriptioncharge
    ADD CONSTRAINT payments_subscriptioncharge_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_taxkind
    ADD CONSTRAINT payments_taxkind_name_key UNIQUE (name);


ALTER TABLE ONLY public.payments_taxkind
    ADD CONSTRAINT payments_taxkind_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_taxkind
    ADD CONSTRAINT payments_taxkind_slug_key UNIQUE (slug);


ALTER TABLE ONLY public.payments_taxrate
    ADD CONSTRAINT payments_taxrate_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_transfer
    ADD CONSTRAINT payments_transfer_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.payments_transferreversal
    ADD CONSTRAINT payments_transferreversal_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_friend_id_key UNIQUE (friend_id);


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.referrals_referralcode
    ADD CONSTRAINT referrals_referralcode_code_key UNIQUE (code);


ALTER TABLE ONLY public.referrals_referralcode
    ADD CONSTRAINT referrals_referralcode_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.referrals_reward
    ADD CONSTRAINT referrals_reward_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.referrals_rewardrule
    ADD CONSTRAINT referrals_rewardrule_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_rule
    ADD CONSTRAINT rules_do_not_overlap EXCLUDE USING gist (schedule_id WITH =, weekday WITH =, int4range((start)::integer, ("end")::integer, '[)'::text) WITH &&);


ALTER TABLE ONLY public.scheduling_calendarfeed
    ADD CONSTRAINT scheduling_calendarfeed_builder_id_key UNIQUE (builder_id);


ALTER TABLE ONLY public.scheduling_calendarfeed
    ADD CONSTRAINT scheduling_calendarfeed_digest_key UNIQUE (digest);


ALTER TABLE ONLY public.scheduling_calendarfeed
    ADD CONSTRAINT scheduling_calendarfeed_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_calendlyeventtype
    ADD CONSTRAINT scheduling_calendlyeventtype_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_calendlyeventtype
    ADD CONSTRAINT scheduling_calendlyeventtype_session_type_id_key UNIQUE (session_type_id);


ALTER TABLE ONLY public.scheduling_calendlysync
    ADD CONSTRAINT scheduling_calendlysync_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_exceptionday
    ADD CONSTRAINT scheduling_exceptionday_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_freetimes
    ADD CONSTRAINT scheduling_freetimes_pkey PRIMARY KEY (session_type_id);


ALTER TABLE ONLY public.scheduling_mergedbusytime
    ADD CONSTRAINT scheduling_mergedbusytime_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_offeredday
    ADD CONSTRAINT scheduling_offeredday_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_recurringhours
    ADD CONSTRAINT scheduling_recurringhours_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_reservation
    ADD CONSTRAINT scheduling_reservation_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_rule
    ADD CONSTRAINT scheduling_rule_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_schedule
    ADD CONSTRAINT scheduling_schedule_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_seat
    ADD CONSTRAINT scheduling_seat_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.scheduling_typeschedule
    ADD CONSTRAINT scheduling_typeschedule_pkey PRIMARY KEY (session_type_id);


ALTER TABLE ONLY public.scheduling_workedholiday
    ADD CONSTRAINT scheduling_workedholiday_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_session_key_key UNIQUE (session_key);


ALTER TABLE ONLY public.waffle_flag_groups
    ADD CONSTRAINT waffle_flag_groups_flag_id_group_id_8ba0c71b_uniq UNIQUE (flag_id, group_id);


ALTER TABLE ONLY public.waffle_flag_groups
    ADD CONSTRAINT waffle_flag_groups_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.waffle_flag
    ADD CONSTRAINT waffle_flag_name_key UNIQUE (name);


ALTER TABLE ONLY public.waffle_flag
    ADD CONSTRAINT waffle_flag_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.waffle_flag_users
    ADD CONSTRAINT waffle_flag_users_flag_id_user_id_b46f76b0_uniq UNIQUE (flag_id, user_id);


ALTER TABLE ONLY public.waffle_flag_users
    ADD CONSTRAINT waffle_flag_users_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.waffle_sample
    ADD CONSTRAINT waffle_sample_name_key UNIQUE (name);


ALTER TABLE ONLY public.waffle_sample
    ADD CONSTRAINT waffle_sample_pkey PRIMARY KEY (id);


ALTER TABLE ONLY public.waffle_switch
    ADD CONSTRAINT waffle_switch_name_key UNIQUE (name);


ALTER TABLE ONLY public.waffle_switch
    ADD CONSTRAINT waffle_switch_pkey PRIMARY KEY (id);


CREATE UNIQUE INDEX a_member_is_merged_once ON public.accounts_membermerge USING btree (dropped_id) WHERE (undone_at IS NULL);


CREATE UNIQUE INDEX a_time_is_suggested_once ON public.bookings_proposal USING btree (booking_id, starts_at) WHERE ((state)::text = 'open'::text);


CREATE INDEX account_by_external_id ON public.connections_linkedaccount USING btree (service, external_id);


CREATE INDEX account_emailaddress_email_03be32b2 ON public.account_emailaddress USING btree (email);


CREATE INDEX account_emailaddress_email_03be32b2_like ON public.account_emailaddress USING btree (email varchar_pattern_ops);


CREATE INDEX account_emailaddress_user_id_2c513194 ON public.account_emailaddress USING btree (user_id);


CREATE INDEX account_emailconfirmation_email_address_id_5b7f8c58 ON public.account_emailconfirmation USING btree (email_address_id);


CREATE INDEX account_emailconfirmation_key_f43612bd_like ON public.account_emailconfirmation USING btree (key varchar_pattern_ops);


CREATE INDEX accounts_actingsession_person_id_b4dda56d ON public.accounts_actingsession USING btree (person_id);


CREATE INDEX accounts_actingsession_staff_id_841898e7 ON public.accounts_actingsession USING btree (staff_id);


CREATE INDEX accounts_apitoken_digest_63ccb187_like ON public.accounts_apitoken USING btree (digest varchar_pattern_ops);


CREATE INDEX accounts_apitoken_user_id_bbee13e0 ON public.accounts_apitoken USING btree (user_id);


CREATE INDEX accounts_builderapplication_decided_by_id_409f2b67 ON public.accounts_builderapplication USING btree (decided_by_id);


CREATE INDEX accounts_builderapplication_user_id_4f8f6f2f ON public.accounts_builderapplication USING btree (user_id);


CREATE INDEX accounts_builderprofile_roles_builderprofile_id_91a72bfe ON public.accounts_builderprofile_roles USING btree (builderprofile_id);


CREATE INDEX accounts_builderprofile_roles_professionalrole_id_ae692cbe ON public.accounts_builderprofile_roles USING btree (professionalrole_id);


CREATE INDEX accounts_builderprofile_roles_professionalrole_id_ae692cbe_like ON public.accounts_builderprofile_roles USING btree (professionalrole_id varchar_pattern_ops);


CREATE INDEX accounts_builderprofile_slug_fb28da08_like ON public.accounts_builderprofile USING btree (slug varchar_pattern_ops);


CREATE INDEX accounts_builderprofile_sort_name_14fa5787 ON public.accounts_builderprofile USING btree (sort_name);


CREATE INDEX accounts_builderprofile_sort_name_14fa5787_like ON public.accounts_builderprofile USING btree (sort_name varchar_pattern_ops);


CREATE INDEX accounts_dataexport_person_id_b3f292fa ON public.accounts_dataexport USING btree (person_id);


CREATE INDEX accounts_joininvitation_invited_by_id_4541d19f ON public.accounts_joininvitation USING btree (invited_by_id);


CREATE INDEX accounts_joininvitation_used_by_id_543d06da ON public.accounts_joininvitation USING btree (used_by_id);


CREATE INDEX accounts_member_block_f5a54160 ON public.accounts_member USING btree (block);


CREATE INDEX accounts_member_block_f5a54160_like ON public.accounts_member USING btree (block varchar_pattern_ops);


CREATE INDEX accounts_member_key_folded_6437757c ON public.accounts_member USING btree (key_folded);


CREATE INDEX accounts_member_key_folded_6437757c_like ON public.accounts_member USING btree (key_folded varchar_pattern_ops);


CREATE INDEX accounts_member_license_folded_3377341e ON public.accounts_member USING btree (license_folded);


CREATE INDEX accounts_member_license_folded_3377341e_like ON public.accounts_member USING btree (license_folded varchar_pattern_ops);


CREATE INDEX accounts_member_merged_into_id_98eb5eef ON public.accounts_member USING btree (merged_into_id);


CREATE INDEX accounts_memberchange_changed_by_id_3d8ca768 ON public.accounts_memberchange USING btree (changed_by_id);


CREATE INDEX accounts_memberchange_member_id_f2c498e1 ON public.accounts_memberchange USING btree (member_id);


CREATE INDEX accounts_memberduplicate_dismissed_by_id_c34f9ca9 ON public.accounts_memberduplicate USING btree (dismissed_by_id);


CREATE INDEX accounts_memberduplicate_first_id_f1697922 ON public.accounts_memberduplicate USING btree (first_id);


CREATE INDEX accounts_memberduplicate_second_id_879894dd ON public.accounts_memberduplicate USING btree (second_id);


CREATE INDEX accounts_memberimport_imported_by_id_3fcbc353 ON public.accounts_memberimport USING btree (imported_by_id);


CREATE INDEX accounts_membermerge_dropped_id_06e62d53 ON public.accounts_membermerge USING btree (dropped_id);


CREATE INDEX accounts_membermerge_kept_id_b8aefd55 ON public.accounts_membermerge USING btree (kept_id);


CREATE INDEX accounts_membermerge_merged_by_id_f3f66b8d ON public.accounts_membermerge USING btree (merged_by_id);


CREATE INDEX accounts_membermerge_undone_by_id_9bf040fa ON public.accounts_membermerge USING btree (undone_by_id);


CREATE INDEX accounts_notification_person_id_d906de46 ON public.accounts_notification USING btree (person_id);


CREATE INDEX accounts_professionalrole_name_b066a17e_like ON public.accounts_professionalrole USING btree (name varchar_pattern_ops);


CREATE INDEX accounts_professionalrole_slug_13409541_like ON public.accounts_professionalrole USING btree (slug varchar_pattern_ops);


CREATE INDEX accounts_rolegrant_granted_by_id_7c2165d8 ON public.accounts_rolegrant USING btree (granted_by_id);


CREATE INDEX accounts_rolegrant_revoked_by_id_2c5ca284 ON public.accounts_rolegrant USING btree (revoked_by_id);


CREATE INDEX accounts_rolegrant_user_id_0601f056 ON public.accounts_rolegrant USING btree (user_id);


CREATE INDEX accounts_signup_email_4d472bb6 ON public.accounts_signup USING btree (email);


CREATE INDEX accounts_signup_email_4d472bb6_like ON public.accounts_signup USING btree (email varchar_pattern_ops);


CREATE INDEX accounts_signup_invitation_id_7caad66a ON public.accounts_signup USING btree (invitation_id);


CREATE INDEX accounts_user_email_b2644a56_like ON public.accounts_user USING btree (email varchar_pattern_ops);


CREATE INDEX accounts_user_groups_group_id_bd11a704 ON public.accounts_user_groups USING btree (group_id);


CREATE INDEX accounts_user_groups_user_id_52b62117 ON public.accounts_user_groups USING btree (user_id);


CREATE INDEX accounts_user_place_id_70e987d0 ON public.accounts_user USING btree (place_id);


CREATE UNIQUE INDEX act_as_one_person_at_a_time ON public.accounts_actingsession USING btree (staff_id) WHERE (ended_at IS NULL);


CREATE INDEX address_change_by_age ON public.accounts_addresschange USING btree (created_at);


CREATE INDEX answers_of_builder ON public.pathways_answeredrequest USING btree (builder_id, answered_at);


CREATE INDEX attempts_by_time ON public.bookings_bookingattempt USING btree (started_at);


CREATE INDEX attempts_of_builder ON public.bookings_bookingattempt USING btree (builder_id, started_at);


CREATE INDEX audit_by_subject ON public.core_auditentry USING btree (subject, id DESC);


CREATE INDEX auth_group_name_a6ea08ec_like ON public.auth_group USING btree (name varchar_pattern_ops);


CREATE INDEX auth_group_permissions_group_id_b120cbf9 ON public.auth_group_permissions USING btree (group_id);


CREATE INDEX auth_group_permissions_permission_id_84c5c92e ON public.auth_group_permissions USING btree (permission_id);


CREATE INDEX auth_permission_content_type_id_2f476e4b ON public.auth_permission USING btree (content_type_id);


CREATE INDEX backups_by_time ON public.operations_backuprecord USING btree (kind, finished_at DESC);


CREATE INDEX bookings_answer_booking_id_ef431b01 ON public.bookings_answer USING btree (booking_id);


CREATE INDEX bookings_answer_question_id_524d147c ON public.bookings_answer USING btree (question_id);


CREATE INDEX bookings_answered ON public.bookings_booking USING btree (builder_id, created_at) WHERE (answered_at IS NOT NULL);


CREATE INDEX bookings_booking_builder_id_127755bf ON public.bookings_booking USING btree (builder_id);


CREATE INDEX bookings_booking_calendar_uid_9f67a8d2_like ON public.bookings_booking USING btree (calendar_uid varchar_pattern_ops);


CREATE INDEX bookings_booking_client_id_4922b542 ON public.bookings_booking USING btree (client_id);


CREATE INDEX bookings_booking_credit_grant_id_98fb0778 ON public.bookings_booking USING btree (credit_grant_id);


CREATE INDEX bookings_booking_guest_id_8ba294cc ON public.bookings_booking USING btree (guest_id);


CREATE INDEX bookings_booking_meeting_id_095320bb ON public.bookings_booking USING btree (meeting_id);


CREATE INDEX bookings_booking_pathway_id_03c911ff ON public.bookings_booking USING btree (pathway_id);


CREATE INDEX bookings_booking_project_id_f4745c72 ON public.bookings_booking USING btree (project_id);


CREATE INDEX bookings_booking_reference_af3214d4_like ON public.bookings_booking USING btree (reference varchar_pattern_ops);


CREATE INDEX bookings_booking_series_id_5807db19 ON public.bookings_booking USING btree (series_id);


CREATE INDEX bookings_booking_session_type_id_ac529847 ON public.bookings_booking USING btree (session_type_id);


CREATE INDEX bookings_bookingattempt_booking_id_7689f27e ON public.bookings_bookingattempt USING btree (booking_id);


CREATE INDEX bookings_bookingattempt_builder_id_fba42c45 ON public.bookings_bookingattempt USING btree (builder_id);


CREATE INDEX bookings_bookingattempt_session_type_id_83217da8 ON public.bookings_bookingattempt USING btree (session_type_id);


CREATE INDEX bookings_bookingevent_actor_id_b6f471e6 ON public.bookings_bookingevent USING btree (actor_id);


CREATE INDEX bookings_bookingevent_booking_id_98f25503 ON public.bookings_bookingevent USING btree (booking_id);


CREATE INDEX bookings_by_creation ON public.bookings_booking USING btree (created_at);


CREATE INDEX bookings_by_start ON public.bookings_booking USING btree (starts_at DESC, id DESC);


CREATE INDEX bookings_by_state ON public.bookings_booking USING btree (builder_id, state, starts_at);


CREATE INDEX bookings_calendlyevent_builder_id_62fbc7e3 ON public.bookings_calendlyevent USING btree (builder_id);


CREATE INDEX bookings_calendlyevent_starts_at_1ae788d5 ON public.bookings_calendlyevent USING btree (starts_at);


CREATE INDEX bookings_calendlyinvitee_booking_id_1fcee980 ON public.bookings_calendlyinvitee USING btree (booking_id);


CREATE INDEX bookings_calendlyinvitee_builder_id_0e1bae3b ON public.bookings_calendlyinvitee USING btree (builder_id);


CREATE INDEX bookings_calendlyinvitee_event_uri_396abf85 ON public.bookings_calendlyinvitee USING btree (event_uri);


CREATE INDEX bookings_calendlyinvitee_event_uri_396abf85_like ON public.bookings_calendlyinvitee USING btree (event_uri varchar_pattern_ops);


CREATE INDEX bookings_cancelled ON public.bookings_booking USING btree (cancelled_at) WHERE ((state)::text = 'CANCELLED'::text);


CREATE INDEX bookings_clientnote_builder_id_af52176a ON public.bookings_clientnote USING btree (builder_id);


CREATE INDEX bookings_clientnote_client_id_98536195 ON public.bookings_clientnote USING btree (client_id);


CREATE INDEX bookings_deliverable_added_by_id_82526a51 ON public.bookings_deliverable USING btree (added_by_id);


CREATE INDEX bookings_deliverable_booking_id_089bb672 ON public.bookings_deliverable USING btree (booking_id);


CREATE INDEX bookings_draft_person_id_81b43006 ON public.bookings_draft USING btree (person_id);


CREATE INDEX bookings_draft_session_type_id_96e229bb ON public.bookings_draft USING btree (session_type_id);


CREATE INDEX bookings_guest_email_3eb68e37 ON public.bookings_guest USING btree (email);


CREATE INDEX bookings_guest_email_3eb68e37_like ON public.bookings_guest USING btree (email varchar_pattern_ops);


CREATE INDEX bookings_guestmerge_merged_by_id_7e74b596 ON public.bookings_guestmerge USING btree (merged_by_id);


CREATE INDEX bookings_guestmerge_person_id_b081e32f ON public.bookings_guestmerge USING btree (person_id);


CREATE INDEX bookings_guestmerge_undone_by_id_ca9ef326 ON public.bookings_guestmerge USING btree (undone_by_id);


CREATE INDEX bookings_in_state ON public.bookings_booking USING btree (state, starts_at DESC, id DESC);


CREATE INDEX bookings_meeting_account_id_7cab8949 ON public.bookings_meeting USING btree (account_id);


CREATE INDEX bookings_meeting_builder_id_224b5fd2 ON public.bookings_meeting USING btree (builder_id);


CREATE INDEX bookings_meeting_external_id_cf5fc29c ON public.bookings_meeting USING btree (external_id);


CREATE INDEX bookings_meeting_external_id_cf5fc29c_like ON public.bookings_meeting USING btree (external_id varchar_pattern_ops);


CREATE INDEX bookings_of_builder ON public.bookings_booking USING btree (builder_id, starts_at DESC, id DESC);


CREATE INDEX bookings_of_calendly_event ON public.bookings_booking USING btree (calendly_event_uri) WHERE (NOT ((calendly_event_uri)::text = ''::text));


CREATE INDEX bookings_of_client ON public.bookings_booking USING btree (client_id, starts_at DESC, id DESC);


CREATE INDEX bookings_of_project ON public.bookings_booking USING btree (project_id) WHERE (project_id IS NOT NULL);


CREATE INDEX bookings_offered_place_id_37d32ca5 ON public.bookings_offered USING btree (place_id);


CREATE INDEX bookings_place_client_id_e832dac7 ON public.bookings_place USING btree (client_id);


CREATE INDEX bookings_place_session_type_id_b68d41f7 ON public.bookings_place USING btree (session_type_id);


CREATE INDEX bookings_plannedsession_plan_id_6aa7ff52 ON public.bookings_plannedsession USING btree (plan_id);


CREATE INDEX bookings_plannedsession_session_type_id_5c70b9ec ON public.bookings_plannedsession USING btree (session_type_id);


CREATE INDEX bookings_plannedsession_skill_id_7f76dbde ON public.bookings_plannedsession USING btree (skill_id);


CREATE INDEX bookings_project_client_id_1efe8418 ON public.bookings_project USING btree (client_id);


CREATE INDEX bookings_proposal_booking_id_45533c27 ON public.bookings_proposal USING btree (booking_id);


CREATE INDEX bookings_proposal_event_id_e250e5b3 ON public.bookings_proposal USING btree (event_id);


CREATE INDEX bookings_review_author_id_59e9cdec ON public.bookings_review USING btree (author_id);


CREATE INDEX bookings_review_booking_id_6d649234 ON public.bookings_review USING btree (booking_id);


CREATE INDEX bookings_series_client_id_e5249e49 ON public.bookings_series USING btree (client_id);


CREATE INDEX bookings_series_session_type_id_3a269d6e ON public.bookings_series USING btree (session_type_id);


CREATE INDEX bookings_sessionplan_client_id_c345a869 ON public.bookings_sessionplan USING btree (client_id);


CREATE INDEX bookings_sessionplan_pathway_id_991b1d1b ON public.bookings_sessionplan USING btree (pathway_id);


CREATE INDEX bookings_skillreport_booking_id_8be1239b ON public.bookings_skillreport USING btree (booking_id);


CREATE INDEX bookings_skillreport_person_id_3ff7724b ON public.bookings_skillreport USING btree (person_id);


CREATE INDEX bookings_skillreport_skill_id_0d58ca64 ON public.bookings_skillreport USING btree (skill_id);


CREATE INDEX bookings_statement_author_id_057510b6 ON public.bookings_statement USING btree (author_id);


CREATE INDEX bookings_statement_booking_id_52072f4f ON public.bookings_statement USING btree (booking_id);


CREATE INDEX bookings_stepcount_builder_id_78e2fbf2 ON public.bookings_stepcount USING btree (builder_id);


CREATE INDEX bookings_to_answer ON public.bookings_booking USING btree (answer_by) WHERE ((state)::text = 'PENDING'::text);


CREATE INDEX bookings_to_complete ON public.bookings_booking USING btree (ends_at) WHERE ((state)::text = 'IN_PROGRESS'::text);


CREATE INDEX bookings_to_decide ON public.bookings_booking USING btree (decide_at) WHERE (decide_at IS NOT NULL);


CREATE INDEX bookings_to_decide_no_show ON public.bookings_booking USING btree (contested_at) WHERE ((contested_at IS NOT NULL) AND (upheld_at IS NULL));


CREATE INDEX bookings_to_pay ON public.bookings_booking USING btree (payment_due_at) WHERE ((payment_due_at IS NOT NULL) AND ((state)::text = 'PENDING'::text));


CREATE INDEX bookings_to_prove ON public.bookings_booking USING btree (proof_due_at) WHERE ((proof_due_at IS NOT NULL) AND ((state)::text = 'PENDING'::text));


CREATE INDEX bookings_to_start ON public.bookings_booking USING btree (starts_at) WHERE ((state)::text = 'CONFIRMED'::text);


CREATE INDEX builders_to_verify ON public.marketplace_moderation USING btree (asked_at) WHERE (asked_at IS NOT NULL);


CREATE INDEX busy_and_not_merged ON public.scheduling_reservation USING gist (builder_id, during) WHERE (((kind)::text = ANY ((ARRAY['EXTERNAL'::character varying, 'TIME_OFF'::character varying])::text[])) AND (released_at IS NULL) AND (((kind)::text = 'TIME_OFF'::text) OR (session_type_id IS NOT NULL) OR (capacity > 1) OR (buffer_before > 0) OR (buffer_after > 0)));


CREATE INDEX busy_elsewhere ON public.scheduling_reservation USING gist (builder_id, during) WHERE (((kind)::text = ANY ((ARRAY['EXTERNAL'::character varying, 'TIME_OFF'::character varying])::text[])) AND (released_at IS NULL));


CREATE INDEX charges_to_try_again ON public.payments_subscriptioncharge USING btree (next_attempt_at) WHERE ((state)::text = 'open'::text);


CREATE INDEX coaching_cancellationtier_session_type_id_af3a39cf ON public.coaching_cancellationtier USING btree (session_type_id);


CREATE INDEX coaching_offer_services_offer_id_5cb0afb9 ON public.coaching_offer_services USING btree (offer_id);


CREATE INDEX coaching_offer_services_service_id_2edc6db4 ON public.coaching_offer_services USING btree (service_id);


CREATE INDEX coaching_offer_services_service_id_2edc6db4_like ON public.coaching_offer_services USING btree (service_id varchar_pattern_ops);


CREATE INDEX coaching_offeredduration_offer_id_ac4c6ed6 ON public.coaching_offeredduration USING btree (offer_id);


CREATE INDEX coaching_package_builder_id_608e985e ON public.coaching_package USING btree (builder_id);


CREATE INDEX coaching_packagepurchase_buyer_id_8da18344 ON public.coaching_packagepurchase USING btree (buyer_id);


CREATE INDEX coaching_packagepurchase_package_id_c62db395 ON public.coaching_packagepurchase USING btree (package_id);


CREATE INDEX coaching_packagepurchase_reference_f49723ae_like ON public.coaching_packagepurchase USING btree (reference varchar_pattern_ops);


CREATE INDEX coaching_priceshare_builder_id_92225a77 ON public.coaching_priceshare USING btree (builder_id);


CREATE INDEX coaching_priceshare_session_type_id_9833e9e9 ON public.coaching_priceshare USING btree (session_type_id);


CREATE INDEX coaching_question_session_type_id_b7408f65 ON public.coaching_question USING btree (session_type_id);


CREATE INDEX coaching_service_name_e656ceab_like ON public.coaching_service USING btree (name varchar_pattern_ops);


CREATE INDEX coaching_service_slug_61943c64_like ON public.coaching_service USING btree (slug varchar_pattern_ops);


CREATE INDEX coaching_sessionduration_session_type_id_078fffa0 ON public.coaching_sessionduration USING btree (session_type_id);


CREATE INDEX coaching_sessiontype_builder_id_dd186ae7 ON public.coaching_sessiontype USING btree (builder_id);


CREATE INDEX coaching_sessiontype_pathways_pathway_id_1f3d4a86 ON public.coaching_sessiontype_pathways USING btree (pathway_id);


CREATE INDEX coaching_sessiontype_pathways_sessiontype_id_83370cf2 ON public.coaching_sessiontype_pathways USING btree (sessiontype_id);


CREATE INDEX coaching_sessiontype_service_id_9288dd0c ON public.coaching_sessiontype USING btree (service_id);


CREATE INDEX coaching_sessiontype_service_id_9288dd0c_like ON public.coaching_sessiontype USING btree (service_id varchar_pattern_ops);


CREATE INDEX coaching_sessiontype_tax_kind_id_81cd1906 ON public.coaching_sessiontype USING btree (tax_kind_id);


CREATE INDEX connections_accountcalendar_connection_id_850df564 ON public.connections_accountcalendar USING btree (connection_id);


CREATE INDEX connections_connection_next_read_at_d6ebdf0c ON public.connections_connection USING btree (next_read_at);


CREATE INDEX connections_connection_owner_id_5913232e ON public.connections_connection USING btree (owner_id);


CREATE INDEX connections_linkedaccount_owner_id_78908903 ON public.connections_linkedaccount USING btree (owner_id);


CREATE INDEX connections_webhookattempt_delivery_id_d65a8638 ON public.connections_webhookattempt USING btree (delivery_id);


CREATE INDEX connections_webhookendpoint_owner_id_d1870608 ON public.connections_webhookendpoint USING btree (owner_id);


CREATE INDEX connections_webhookmessage_endpoint_id_cee79058 ON public.connections_webhookmessage USING btree (endpoint_id);


CREATE INDEX contact_to_answer ON public.core_contactmessage USING btree (created_at) WHERE (answered_at IS NULL);


CREATE INDEX core_acceptance_person_id_5caf4246 ON public.core_acceptance USING btree (person_id);


CREATE INDEX core_acceptance_reference_9b67c286 ON public.core_acceptance USING btree (reference);


CREATE INDEX core_acceptance_reference_9b67c286_like ON public.core_acceptance USING btree (reference varchar_pattern_ops);


CREATE INDEX core_acceptance_version_id_5dec56a7 ON public.core_acceptance USING btree (version_id);


CREATE INDEX core_announcement_created_by_id_86b3e573 ON public.core_announcement USING btree (created_by_id);


CREATE INDEX core_attempt_expires_at_8511b28f ON public.core_attempt USING btree (expires_at);


CREATE INDEX core_attempt_key_c75d19aa_like ON public.core_attempt USING btree (key varchar_pattern_ops);


CREATE INDEX core_auditentry_acting_as_id_26f19cdc ON public.core_auditentry USING btree (acting_as_id);


CREATE INDEX core_auditentry_actor_id_d8248cee ON public.core_auditentry USING btree (actor_id);


CREATE INDEX core_auditentry_at_1eaa156d ON public.core_auditentry USING btree (at);


CREATE INDEX core_auditseal_at_9accf428 ON public.core_auditseal USING btree (at);


CREATE INDEX core_auditseal_digest_a87b3a58 ON public.core_auditseal USING btree (digest);


CREATE INDEX core_auditseal_digest_a87b3a58_like ON public.core_auditseal USING btree (digest varchar_pattern_ops);


CREATE INDEX core_contactmessage_answered_by_id_57aa209a ON public.core_contactmessage USING btree (answered_by_id);


CREATE INDEX core_contactmessage_email_acb3b97d ON public.core_contactmessage USING btree (email);


CREATE INDEX core_contactmessage_email_acb3b97d_like ON public.core_contactmessage USING btree (email varchar_pattern_ops);


CREATE INDEX core_contactmessage_person_id_e2a2839a ON public.core_contactmessage USING btree (person_id);


CREATE INDEX core_deadaddress_address_c04973ec_like ON public.core_deadaddress USING btree (address varchar_pattern_ops);


CREATE INDEX core_deadaddress_entry_id_6066792a ON public.core_deadaddress USING btree (entry_id);


CREATE INDEX core_demandevent_builder_id_1a10b488 ON public.core_demandevent USING btree (builder_id);


CREATE INDEX core_exchangerate_currency_7722fae9_like ON public.core_exchangerate USING btree (currency varchar_pattern_ops);


CREATE INDEX core_feedback_created_at_d8db07b3 ON public.core_feedback USING btree (created_at);


CREATE INDEX core_feedback_person_id_d4b27615 ON public.core_feedback USING btree (person_id);


CREATE INDEX core_flag_created_a6975308 ON public.core_flag USING btree (created);


CREATE INDEX core_flag_groups_flag_id_94d544c1 ON public.core_flag_groups USING btree (flag_id);


CREATE INDEX core_flag_groups_group_id_d2e3d64c ON public.core_flag_groups USING btree (group_id);


CREATE INDEX core_flag_name_56f5bb24_like ON public.core_flag USING btree (name varchar_pattern_ops);


CREATE INDEX core_flag_users_flag_id_0e177725 ON public.core_flag_users USING btree (flag_id);


CREATE INDEX core_flag_users_user_id_b27a34f0 ON public.core_flag_users USING btree (user_id);


CREATE INDEX core_heartbeat_name_217715ae_like ON public.core_heartbeat USING btree (name varchar_pattern_ops);


CREATE INDEX core_idempotencykey_expires_at_a8aad6ec ON public.core_idempotencykey USING btree (expires_at);


CREATE INDEX core_idempotencykey_key_b99a456d_like ON public.core_idempotencykey USING btree (key varchar_pattern_ops);


CREATE INDEX core_mailevent_entry_id_571dd075 ON public.core_mailevent USING btree (entry_id);


CREATE INDEX core_mailevent_key_34a3d0ac_like ON public.core_mailevent USING btree (key varchar_pattern_ops);


CREATE INDEX core_maintenance_created_by_id_798bd545 ON public.core_maintenance USING btree (created_by_id);


CREATE INDEX core_policyversion_published_by_id_882215e3 ON public.core_policyversion USING btree (published_by_id);


CREATE INDEX core_sitepage_slug_31accded_like ON public.core_sitepage USING btree (slug varchar_pattern_ops);


CREATE INDEX core_webhookdelivery_received_at_9222eadd ON public.core_webhookdelivery USING btree (received_at);


CREATE INDEX credit_grants_by_end ON public.payments_creditgrant USING btree (expires_at);


CREATE INDEX credit_grants_of_holder ON public.payments_creditgrant USING btree (holder_id, builder_id);


CREATE INDEX demand_of_builder ON public.core_demandevent USING btree (builder_id, day) WHERE (builder_id IS NOT NULL);


CREATE INDEX disputes_to_answer ON public.payments_paymentdispute USING btree (evidence_due_at) WHERE (asked_at IS NULL);


CREATE INDEX disputes_to_remind_of ON public.payments_paymentdispute USING btree (remind_at) WHERE (remind_at IS NOT NULL);


CREATE INDEX django_admin_log_content_type_id_c4bce8eb ON public.django_admin_log USING btree (content_type_id);


CREATE INDEX django_admin_log_user_id_c564eba6 ON public.django_admin_log USING btree (user_id);


CREATE INDEX django_session_expire_date_a5c62663 ON public.django_session USING btree (expire_date);


CREATE INDEX django_session_session_key_c0390e0f_like ON public.django_session USING btree (session_key varchar_pattern_ops);


CREATE INDEX drafts_by_age ON public.bookings_draft USING btree (changed_at);


CREATE INDEX duplicates_to_decide ON public.accounts_memberduplicate USING btree (likeness DESC, id) WHERE (dismissed_at IS NULL);


CREATE INDEX events_of_booking ON public.bookings_bookingevent USING btree (booking_id, at);


CREATE INDEX goals_due ON public.pathways_goal USING btree (deadline) WHERE ((deadline IS NOT NULL) AND ((status)::text = 'active'::text));


CREATE INDEX insights_dailyfigure_pathway_id_c196e5f6 ON public.insights_dailyfigure USING btree (pathway_id);


CREATE INDEX invoices_by_end ON public.payments_invoice USING btree (keep_until);


CREATE INDEX invoices_of_buyer ON public.payments_invoice USING btree (buyer_id, issued_on DESC, id DESC);


CREATE INDEX invoices_of_seller ON public.payments_invoice USING btree (seller_id, issued_on DESC, id DESC);


CREATE INDEX legs_of_an_account ON public.payments_ledgerleg USING btree (account_id, id) INCLUDE (debit, credit);


CREATE INDEX listed_word_similar ON public.marketplace_listedword USING gin (word public.gin_trgm_ops);


CREATE INDEX listing_by_place ON public.marketplace_builderlisting USING btree (latitude, longitude) WHERE is_listed;


CREATE INDEX listing_by_rate ON public.marketplace_builderlisting USING btree (hourly_dollars, builder_id) WHERE is_listed;


CREATE INDEX listing_by_score ON public.marketplace_builderlisting USING btree (score DESC, review_count DESC, builder_id) WHERE is_listed;


CREATE INDEX listing_by_stars ON public.marketplace_builderlisting USING btree (rating DESC, score DESC) WHERE is_listed;


CREATE INDEX listing_languages ON public.marketplace_builderlisting USING gin (languages);


CREATE INDEX listing_next_start_ends ON public.marketplace_builderlisting USING btree (next_start_ends);


CREATE INDEX listing_search ON public.marketplace_builderlisting USING gin (search);


CREATE INDEX listing_services ON public.marketplace_builderlisting USING gin (services);


CREATE INDEX listing_skills ON public.marketplace_builderlisting USING gin (skill_slugs);


CREATE INDEX listing_soonest ON public.marketplace_builderlisting USING btree (next_start, builder_id) WHERE is_listed;


CREATE INDEX listing_verified ON public.marketplace_builderlisting USING btree (score DESC, review_count DESC, builder_id) WHERE (is_listed AND is_verified);


CREATE INDEX live_holds ON public.scheduling_reservation USING btree (expires_at) WHERE (((kind)::text = 'HOLD'::text) AND (released_at IS NULL));


CREATE INDEX live_seats_of_address ON public.scheduling_seat USING btree (address) WHERE (released_at IS NULL);


CREATE INDEX live_seats_of_holder ON public.scheduling_seat USING btree (holder) WHERE (released_at IS NULL);


CREATE INDEX mail_by_kind ON public.core_maillogentry USING btree (kind, id DESC);


CREATE INDEX mail_by_person ON public.core_maillogentry USING btree (person_id, id DESC);


CREATE INDEX mail_by_provider_id ON public.core_maillogentry USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));


CREATE INDEX mail_by_recipient ON public.core_maillogentry USING btree (recipient varchar_pattern_ops, id DESC);


CREATE INDEX mail_by_state ON public.core_maillogentry USING btree (state, id DESC);


CREATE INDEX marketplace_favourite_builder_id_85d466e7 ON public.marketplace_favourite USING btree (builder_id);


CREATE INDEX marketplace_favourite_person_id_5e75a83e ON public.marketplace_favourite USING btree (person_id);


CREATE INDEX marketplace_listedword_word_77013c49_like ON public.marketplace_listedword USING btree (word varchar_pattern_ops);


CREATE INDEX marketplace_openingnotice_builder_id_2910bf65 ON public.marketplace_openingnotice USING btree (builder_id);


CREATE INDEX marketplace_openingnotice_person_id_326c95e9 ON public.marketplace_openingnotice USING btree (person_id);


CREATE INDEX marketplace_openingnotice_search_id_06090192 ON public.marketplace_openingnotice USING btree (search_id);


CREATE INDEX marketplace_portfolioasset_builder_id_c425de9b ON public.marketplace_portfolioasset USING btree (builder_id);


CREATE INDEX marketplace_savedsearch_person_id_dc15305a ON public.marketplace_savedsearch USING btree (person_id);


CREATE INDEX marketplace_specialisation_builder_id_7719e5ec ON public.marketplace_specialisation USING btree (builder_id);


CREATE INDEX marketplace_specialisation_pathway_id_23f87f39 ON public.marketplace_specialisation USING btree (pathway_id);


CREATE INDEX marketplace_weeklyletter_person_id_46e2cbcc ON public.marketplace_weeklyletter USING btree (person_id);


CREATE INDEX member_by_expiry ON public.accounts_member USING btree (license_expires) WHERE (merged_into_id IS NULL);


CREATE INDEX member_by_name ON public.accounts_member USING btree (name_folded, id);


CREATE INDEX member_history ON public.accounts_memberchange USING btree (member_id, id DESC);


CREATE INDEX member_words ON public.accounts_member USING gin (words public.gin_trgm_ops);


CREATE INDEX messages_of_subject ON public.messaging_message USING btree (subject_id) WHERE (NOT ((subject_kind)::text = ''::text));


CREATE INDEX messaging_attachment_message_id_7f8c99ee ON public.messaging_attachment USING btree (message_id);


CREATE INDEX messaging_conversation_pair_f0fcb936_like ON public.messaging_conversation USING btree (pair varchar_pattern_ops);


CREATE INDEX messaging_message_conversation_id_3db4d3d1 ON public.messaging_message USING btree (conversation_id);


CREATE INDEX messaging_message_reply_to_id_f28e3285 ON public.messaging_message USING btree (reply_to_id);


CREATE INDEX messaging_message_sender_id_7a7088e6 ON public.messaging_message USING btree (sender_id);


CREATE INDEX messaging_messagereport_message_id_16f085a2 ON public.messaging_messagereport USING btree (message_id);


CREATE INDEX messaging_messagereport_reporter_id_cdf24104 ON public.messaging_messagereport USING btree (reporter_id);


CREATE INDEX messaging_messagereport_settled_by_id_73a267fa ON public.messaging_messagereport USING btree (settled_by_id);


CREATE INDEX messaging_participant_conversation_id_07f75de9 ON public.messaging_participant USING btree (conversation_id);


CREATE INDEX messaging_participant_user_id_ac5ef41d ON public.messaging_participant USING btree (user_id);


CREATE INDEX messaging_savedreply_owner_id_70ebab30 ON public.messaging_savedreply USING btree (owner_id);


CREATE INDEX mfa_authenticator_user_id_0c3a50c0 ON public.mfa_authenticator USING btree (user_id);


CREATE INDEX notes_on_a_client ON public.bookings_clientnote USING btree (builder_id, client_id, created_at DESC);


CREATE INDEX notification_unread ON public.accounts_notification USING btree (person_id) WHERE (read_at IS NULL);


CREATE INDEX offers_to_expire ON public.bookings_offered USING btree (expires_at) WHERE ((state)::text = 'open'::text);


CREATE UNIQUE INDEX one_account_of_a_provider_id ON public.payments_provideraccount USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));


CREATE UNIQUE INDEX one_checkout_of_a_provider_page ON public.payments_checkout USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));


CREATE UNIQUE INDEX one_current_invitee_of_a_booking ON public.bookings_calendlyinvitee USING btree (booking_id) WHERE is_current;


CREATE UNIQUE INDEX one_default_card_of_a_person ON public.payments_savedcard USING btree (person_id) WHERE is_default;


CREATE UNIQUE INDEX one_default_schedule ON public.scheduling_schedule USING btree (builder_id) WHERE is_default;


CREATE UNIQUE INDEX one_enrolment_under_way ON public.pathways_enrolment USING btree (client_id, pathway_id) WHERE (NOT ((status)::text = 'COMPLETED'::text));


CREATE UNIQUE INDEX one_export_at_a_time ON public.accounts_dataexport USING btree (person_id) WHERE (NOT ((state)::text = 'ready'::text));


CREATE UNIQUE INDEX one_feedback_for_a_booking ON public.core_feedback USING btree (reference) WHERE ((occasion)::text = 'booking'::text);


CREATE UNIQUE INDEX one_live_grant_per_role ON public.accounts_rolegrant USING btree (user_id, role) WHERE (revoked_at IS NULL);


CREATE UNIQUE INDEX one_live_seat_each ON public.scheduling_seat USING btree (reservation_id, holder) WHERE (released_at IS NULL);


CREATE UNIQUE INDEX one_live_subscription_with_a_seller ON public.payments_subscription USING btree (subscriber_id, seller_id) NULLS NOT DISTINCT WHERE (NOT ((status)::text = 'canceled'::text));


CREATE UNIQUE INDEX one_of_each_number ON public.bookings_booking USING btree (series_id, series_number) WHERE (series_id IS NOT NULL);


CREATE UNIQUE INDEX one_open_application ON public.accounts_builderapplication USING btree (user_id) WHERE ((state)::text = 'open'::text);


CREATE UNIQUE INDEX one_open_charge_of_a_subscription ON public.payments_subscriptioncharge USING btree (subscription_id) WHERE ((state)::text = 'open'::text);


CREATE UNIQUE INDEX one_open_checkout_of_a_payment ON public.payments_checkout USING btree (payment_id) WHERE ((state)::text = ANY ((ARRAY['new'::character varying, 'open'::character varying])::text[]));


CREATE UNIQUE INDEX one_open_hold_of_a_reason ON public.payments_payouthold USING btree (payment_id, reason, key) WHERE (released_at IS NULL);


CREATE UNIQUE INDEX one_open_offer_a_place ON public.bookings_offered USING btree (place_id) WHERE ((state)::text = 'open'::text);


CREATE UNIQUE INDEX one_participant_per_guest ON public.messaging_participant USING btree (conversation_id, guest_key) WHERE (NOT ((guest_key)::text = ''::text));


CREATE UNIQUE INDEX one_participant_per_person ON public.messaging_participant USING btree (conversation_id, user_id) WHERE (user_id IS NOT NULL);


CREATE UNIQUE INDEX one_payment_of_a_provider_payment ON public.payments_payment USING btree (intent_id) WHERE (NOT ((intent_id)::text = ''::text));


CREATE UNIQUE INDEX one_place_a_wish ON public.bookings_place USING btree (client_id, session_type_id, first_day, last_day, from_minute, to_minute, weekdays) WHERE (ended_at IS NULL);


CREATE UNIQUE INDEX one_refund_of_a_provider_id ON public.payments_refund USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));


CREATE UNIQUE INDEX one_reservation_of_an_event ON public.scheduling_reservation USING btree (source_id, source_key) WHERE ((released_at IS NULL) AND (source_id IS NOT NULL));


CREATE UNIQUE INDEX one_reversal_of_a_provider_id ON public.payments_transferreversal USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));


CREATE UNIQUE INDEX one_row_of_a_card_page ON public.payments_cardpage USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));


CREATE UNIQUE INDEX one_standard_tax_kind ON public.payments_taxkind USING btree (is_standard) WHERE is_standard;


CREATE UNIQUE INDEX one_sum_a_day ON public.insights_dailyfigure USING btree (pathway_id, kind, name, day, key) INCLUDE (amount) NULLS NOT DISTINCT;


CREATE UNIQUE INDEX one_transfer_of_a_provider_id ON public.payments_transfer USING btree (provider_id) WHERE (NOT ((provider_id)::text = ''::text));


CREATE UNIQUE INDEX one_unfinished_sync ON public.scheduling_calendlysync USING btree (account_id) WHERE ((status)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));


CREATE INDEX open_checkouts_by_end ON public.payments_checkout USING btree (expires_at) WHERE ((state)::text = ANY ((ARRAY['new'::character varying, 'open'::character varying])::text[]));


CREATE INDEX open_referrals ON public.referrals_referral USING btree (status, joined_at) WHERE ((status)::text = ANY ((ARRAY['joined'::character varying, 'qualified'::character varying])::text[]));


CREATE INDEX open_suggestions ON public.bookings_proposal USING btree (booking_id) WHERE ((state)::text = 'open'::text);


CREATE INDEX openings_to_tell ON public.marketplace_openingnotice USING btree (person_id) WHERE (told_at IS NULL);


CREATE INDEX operations_alarmstate_name_922a981c_like ON public.operations_alarmstate USING btree (name varchar_pattern_ops);


CREATE INDEX operations_staffnote_author_id_aff50abe ON public.operations_staffnote USING btree (author_id);


CREATE INDEX operations_staffnote_booking_id_bda41c84 ON public.operations_staffnote USING btree (booking_id);


CREATE INDEX operations_staffnote_person_id_71308eca ON public.operations_staffnote USING btree (person_id);


CREATE INDEX outbox_by_channel ON public.core_outboxmessage USING btree (channel, due_at) WHERE ((state)::text = 'waiting'::text);


CREATE INDEX outbox_given_up ON public.core_outboxmessage USING btree (channel, created_at) WHERE ((state)::text = 'dead'::text);


CREATE INDEX packages_on_sale ON public.coaching_package USING btree (builder_id, id) WHERE is_active;


CREATE INDEX participants_of_guest ON public.messaging_participant USING btree (guest_key) WHERE (NOT ((guest_key)::text = ''::text));


CREATE INDEX pathways_answeredrequest_builder_id_6ab8764d ON public.pathways_answeredrequest USING btree (builder_id);


CREATE INDEX pathways_award_badge_id_8dead0c2 ON public.pathways_award USING btree (badge_id);


CREATE INDEX pathways_award_client_id_bc2f0ec7 ON public.pathways_award USING btree (client_id);


CREATE INDEX pathways_award_token_285746e1_like ON public.pathways_award USING btree (token varchar_pattern_ops);


CREATE INDEX pathways_badge_pathway_id_ed5f990c ON public.pathways_badge USING btree (pathway_id);


CREATE INDEX pathways_badge_skill_id_a34411f5 ON public.pathways_badge USING btree (skill_id);


CREATE INDEX pathways_badge_slug_00bcf53f_like ON public.pathways_badge USING btree (slug varchar_pattern_ops);


CREATE INDEX pathways_completedsession_builder_id_26644467 ON public.pathways_completedsession USING btree (builder_id);


CREATE INDEX pathways_completedsession_client_id_0b8779aa ON public.pathways_completedsession USING btree (client_id);


CREATE INDEX pathways_completedsession_pathway_id_48c3afde ON public.pathways_completedsession USING btree (pathway_id);


CREATE INDEX pathways_enrolment_builder_id_2e2cbe03 ON public.pathways_enrolment USING btree (builder_id);


CREATE INDEX pathways_enrolment_client_id_05283646 ON public.pathways_enrolment USING btree (client_id);


CREATE INDEX pathways_enrolment_pathway_id_ca7ce490 ON public.pathways_enrolment USING btree (pathway_id);


CREATE INDEX pathways_enrolmentevent_builder_id_a5704766 ON public.pathways_enrolmentevent USING btree (builder_id);


CREATE INDEX pathways_enrolmentevent_by_id_3e168c91 ON public.pathways_enrolmentevent USING btree (by_id);


CREATE INDEX pathways_enrolmentevent_enrolment_id_a1f40985 ON public.pathways_enrolmentevent USING btree (enrolment_id);


CREATE INDEX pathways_evidence_added_by_id_87416e61 ON public.pathways_evidence USING btree (added_by_id);


CREATE INDEX pathways_evidence_progress_id_16a4556f ON public.pathways_evidence USING btree (progress_id);


CREATE INDEX pathways_goal_client_id_df0383b9 ON public.pathways_goal USING btree (client_id);


CREATE INDEX pathways_goal_pathway_id_82d79dca ON public.pathways_goal USING btree (pathway_id);


CREATE INDEX pathways_goal_shared_with_id_6a0fef14 ON public.pathways_goal USING btree (shared_with_id);


CREATE INDEX pathways_goal_skill_id_b7be6e20 ON public.pathways_goal USING btree (skill_id);


CREATE INDEX pathways_goal_suggested_by_id_21440cba ON public.pathways_goal USING btree (suggested_by_id);


CREATE INDEX pathways_goalevent_by_id_4df00d2d ON public.pathways_goalevent USING btree (by_id);


CREATE INDEX pathways_goalevent_goal_id_553f77b0 ON public.pathways_goalevent USING btree (goal_id);


CREATE INDEX pathways_goalstep_goal_id_76744a1e ON public.pathways_goalstep USING btree (goal_id);


CREATE INDEX pathways_need_needed_id_5e1e2864 ON public.pathways_need USING btree (needed_id);


CREATE INDEX pathways_need_skill_id_655f0b49 ON public.pathways_need USING btree (skill_id);


CREATE INDEX pathways_pathway_slug_6807da40_like ON public.pathways_pathway USING btree (slug varchar_pattern_ops);


CREATE INDEX pathways_progress_assigned_by_id_7cf4a7b4 ON public.pathways_progress USING btree (assigned_by_id);


CREATE INDEX pathways_progress_client_id_0b34554e ON public.pathways_progress USING btree (client_id);


CREATE INDEX pathways_progress_skill_id_f66f57b4 ON public.pathways_progress USING btree (skill_id);


CREATE INDEX pathways_progress_verified_by_id_5780c058 ON public.pathways_progress USING btree (verified_by_id);


CREATE INDEX pathways_progressevent_by_id_579e3aa7 ON public.pathways_progressevent USING btree (by_id);


CREATE INDEX pathways_progressevent_progress_id_11eeec41 ON public.pathways_progressevent USING btree (progress_id);


CREATE INDEX pathways_skill_pathways_pathway_id_40d68424 ON public.pathways_skill_pathways USING btree (pathway_id);


CREATE INDEX pathways_skill_pathways_skill_id_544b1c8a ON public.pathways_skill_pathways USING btree (skill_id);


CREATE INDEX pathways_skill_slug_d9128d10_like ON public.pathways_skill USING btree (slug varchar_pattern_ops);


CREATE INDEX pathways_teaching_builder_id_0b273907 ON public.pathways_teaching USING btree (builder_id);


CREATE INDEX pathways_teaching_skill_id_e6cecb3d ON public.pathways_teaching USING btree (skill_id);


CREATE INDEX payments_by_time ON public.payments_payment USING btree (paid_at) WHERE (paid_at IS NOT NULL);


CREATE INDEX payments_cardpage_person_id_3a031fe5 ON public.payments_cardpage USING btree (person_id);


CREATE INDEX payments_cardpage_subscription_id_db0c8f63 ON public.payments_cardpage USING btree (subscription_id);


CREATE INDEX payments_checkout_payment_id_6e59723d ON public.payments_checkout USING btree (payment_id);


CREATE INDEX payments_correction_recorded_by_id_039b5a77 ON public.payments_correction USING btree (recorded_by_id);


CREATE INDEX payments_creditgrant_builder_id_21092007 ON public.payments_creditgrant USING btree (builder_id);


CREATE INDEX payments_creditgrant_given_by_id_da522758 ON public.payments_creditgrant USING btree (given_by_id);


CREATE INDEX payments_creditgrant_holder_id_3b9f61aa ON public.payments_creditgrant USING btree (holder_id);


CREATE INDEX payments_disputeevidence_dispute_id_c9979e04 ON public.payments_disputeevidence USING btree (dispute_id);


CREATE INDEX payments_disputefile_added_by_id_4144b6a7 ON public.payments_disputefile USING btree (added_by_id);


CREATE INDEX payments_disputefile_dispute_id_b9abb1e8 ON public.payments_disputefile USING btree (dispute_id);


CREATE INDEX payments_invoice_buyer_id_b0fc5fd3 ON public.payments_invoice USING btree (buyer_id);


CREATE INDEX payments_invoice_corrects_id_efc7e721 ON public.payments_invoice USING btree (corrects_id);


CREATE INDEX payments_invoice_key_5ac9a48b_like ON public.payments_invoice USING btree (key varchar_pattern_ops);


CREATE INDEX payments_invoice_number_d5fb5adc_like ON public.payments_invoice USING btree (number varchar_pattern_ops);


CREATE INDEX payments_invoice_payment_id_1394aa6e ON public.payments_invoice USING btree (payment_id);


CREATE INDEX payments_invoice_seller_id_a825cd76 ON public.payments_invoice USING btree (seller_id);


CREATE INDEX payments_invoice_series_id_48caa29a ON public.payments_invoice USING btree (series_id);


CREATE INDEX payments_invoiceseries_owner_id_f2b9b27e ON public.payments_invoiceseries USING btree (owner_id);


CREATE INDEX payments_invoiceseries_prefix_ad6813de_like ON public.payments_invoiceseries USING btree (prefix varchar_pattern_ops);


CREATE INDEX payments_ledgeraccount_owner_id_c5e50f9f ON public.payments_ledgeraccount USING btree (owner_id);


CREATE INDEX payments_ledgerentry_provider_id_d7ce4056 ON public.payments_ledgerentry USING btree (provider_id);


CREATE INDEX payments_ledgerentry_provider_id_d7ce4056_like ON public.payments_ledgerentry USING btree (provider_id varchar_pattern_ops);


CREATE INDEX payments_ledgerentry_reference_adf5cf0a_like ON public.payments_ledgerentry USING btree (reference varchar_pattern_ops);


CREATE INDEX payments_ledgerleg_entry_id_305b2d05 ON public.payments_ledgerleg USING btree (entry_id);


CREATE INDEX payments_of_payee ON public.payments_payment USING btree (payee_id, created_at DESC, id DESC);


CREATE INDEX payments_of_payer ON public.payments_payment USING btree (payer_id, created_at DESC, id DESC);


CREATE INDEX payments_payment_payee_id_2bfdf88e ON public.payments_payment USING btree (payee_id);


CREATE INDEX payments_payment_payer_id_90660d0f ON public.payments_payment USING btree (payer_id);


CREATE INDEX payments_paymentdispute_asked_by_id_045e2d9f ON public.payments_paymentdispute USING btree (asked_by_id);


CREATE INDEX payments_paymentdispute_payment_id_199e5c4a ON public.payments_paymentdispute USING btree (payment_id);


CREATE INDEX payments_paymentdispute_provider_id_9a822946_like ON public.payments_paymentdispute USING btree (provider_id varchar_pattern_ops);


CREATE INDEX payments_payouthold_payment_id_81f0fa7c ON public.payments_payouthold USING btree (payment_id);


CREATE INDEX payments_plan_owner_id_94815e7d ON public.payments_plan USING btree (owner_id);


CREATE INDEX payments_providercheck_name_323f62e7_like ON public.payments_providercheck USING btree (name varchar_pattern_ops);


CREATE INDEX payments_providercustomer_provider_id_d7c47d59_like ON public.payments_providercustomer USING btree (provider_id varchar_pattern_ops);


CREATE INDEX payments_providertransaction_id_d6378c08_like ON public.payments_providertransaction USING btree (id varchar_pattern_ops);


CREATE INDEX payments_providertransaction_occurred_at_5f57d8d9 ON public.payments_providertransaction USING btree (occurred_at);


CREATE INDEX payments_receipt_payment_id_5c31062a ON public.payments_receipt USING btree (payment_id);


CREATE INDEX payments_receipt_recorded_by_id_28d9dfa1 ON public.payments_receipt USING btree (recorded_by_id);


CREATE INDEX payments_refund_given_up_by_id_6bd1dfb8 ON public.payments_refund USING btree (given_up_by_id);


CREATE INDEX payments_refund_payment_id_a70693f7 ON public.payments_refund USING btree (payment_id);


CREATE INDEX payments_refund_recorded_by_id_58ae8ed0 ON public.payments_refund USING btree (recorded_by_id);


CREATE INDEX payments_savedcard_person_id_28acad64 ON public.payments_savedcard USING btree (person_id);


CREATE INDEX payments_savedcard_provider_id_28f4c87d_like ON public.payments_savedcard USING btree (provider_id varchar_pattern_ops);


CREATE INDEX payments_sellerprofile_tax_kind_id_6aca3b62 ON public.payments_sellerprofile USING btree (tax_kind_id);


CREATE INDEX payments_subscription_next_plan_id_b25b6210 ON public.payments_subscription USING btree (next_plan_id);


CREATE INDEX payments_subscription_plan_id_973ba84d ON public.payments_subscription USING btree (plan_id);


CREATE INDEX payments_subscription_seller_id_3b42e3cb ON public.payments_subscription USING btree (seller_id);


CREATE INDEX payments_subscription_subscriber_id_93b27a7a ON public.payments_subscription USING btree (subscriber_id);


CREATE INDEX payments_subscriptioncharge_plan_id_3e124018 ON public.payments_subscriptioncharge USING btree (plan_id);


CREATE INDEX payments_subscriptioncharge_subscription_id_ac007835 ON public.payments_subscriptioncharge USING btree (subscription_id);


CREATE INDEX payments_taxkind_name_e2f6055f_like ON public.payments_taxkind USING btree (name varchar_pattern_ops);


CREATE INDEX payments_taxkind_slug_18db9cd6_like ON public.payments_taxkind USING btree (slug varchar_pattern_ops);


CREATE INDEX payments_taxrate_kind_id_07c1faae ON public.payments_taxrate USING btree (kind_id);


CREATE INDEX payments_that_failed ON public.payments_payment USING btree (changed_at) WHERE (NOT ((problem)::text = ''::text));


CREATE INDEX payments_to_share ON public.payments_payment USING btree (subject_id) WHERE ((amount_paid > (0)::numeric) AND ((provider)::text = 'stripe'::text) AND (shared_at IS NULL));


CREATE INDEX payments_transfer_owner_id_d5775b61 ON public.payments_transfer USING btree (owner_id);


CREATE INDEX payments_transfer_payment_id_28acc6ba ON public.payments_transfer USING btree (payment_id);


CREATE INDEX payments_transferreversal_refund_id_7e2c6041 ON public.payments_transferreversal USING btree (refund_id);


CREATE INDEX payments_transferreversal_transfer_id_ef5554f0 ON public.payments_transferreversal USING btree (transfer_id);


CREATE INDEX people_by_creation ON public.accounts_user USING btree (created_at);


CREATE INDEX people_by_name ON public.accounts_user USING gin (upper((display_name)::text) public.gin_trgm_ops);


CREATE INDEX people_by_part_of_email ON public.accounts_user USING gin (upper((email)::text) public.gin_trgm_ops);


CREATE INDEX pieces_to_look_at ON public.marketplace_portfolioasset USING btree (created_at) WHERE (reviewed_at IS NULL);


CREATE INDEX places_waiting ON public.bookings_place USING btree (session_type_id, created_at) WHERE (ended_at IS NULL);


CREATE INDEX progress_asked ON public.pathways_progress USING btree (client_id) WHERE (asked_at IS NOT NULL);


CREATE INDEX purchases_of_package ON public.coaching_packagepurchase USING btree (package_id, created_at DESC);


CREATE INDEX referrals_of_a_person ON public.referrals_referral USING btree (referrer_id, joined_at DESC);


CREATE INDEX referrals_referral_booking_id_0ecb716e ON public.referrals_referral USING btree (booking_id);


CREATE INDEX referrals_referral_code_id_f96e6c34 ON public.referrals_referral USING btree (code_id);


CREATE INDEX referrals_referral_decided_by_id_1e6e75c1 ON public.referrals_referral USING btree (decided_by_id);


CREATE INDEX referrals_referral_referrer_id_c4bd6f93 ON public.referrals_referral USING btree (referrer_id);


CREATE INDEX referrals_referral_rule_id_9e67e5ce ON public.referrals_referral USING btree (rule_id);


CREATE INDEX referrals_referralcode_code_8f59baf0_like ON public.referrals_referralcode USING btree (code varchar_pattern_ops);


CREATE INDEX referrals_referralcode_owner_id_a4b787bb ON public.referrals_referralcode USING btree (owner_id);


CREATE INDEX referrals_reward_person_id_96123c86 ON public.referrals_reward USING btree (person_id);


CREATE INDEX referrals_reward_referral_id_bc35cae5 ON public.referrals_reward USING btree (referral_id);


CREATE INDEX referrals_rewardrule_created_by_id_277bd8b1 ON public.referrals_rewardrule USING btree (created_by_id);


CREATE INDEX refunds_failed ON public.payments_refund USING btree (created_at) WHERE ((status)::text = 'failed'::text);


CREATE INDEX reviews_of_builders ON public.bookings_review USING btree (builder_id, published_at DESC, id DESC) INCLUDE (rating, booking_id) WHERE ((hidden_at IS NULL) AND (published_at IS NOT NULL) AND ((side)::text = 'client'::text));


CREATE INDEX reviews_reported ON public.bookings_review USING btree (reported_at DESC) WHERE ((hidden_at IS NULL) AND (reported_at IS NOT NULL));


CREATE INDEX reviews_to_publish ON public.bookings_review USING btree (created_at) WHERE (published_at IS NULL);


CREATE INDEX scheduling_calendarfeed_digest_a343fe50_like ON public.scheduling_calendarfeed USING btree (digest varchar_pattern_ops);


CREATE INDEX scheduling_calendlyeventtype_builder_id_29e769f5 ON public.scheduling_calendlyeventtype USING btree (builder_id);


CREATE INDEX scheduling_calendlysync_account_id_e275e71c ON public.scheduling_calendlysync USING btree (account_id);


CREATE INDEX scheduling_exceptionday_schedule_id_ecb4dfaf ON public.scheduling_exceptionday USING btree (schedule_id);


CREATE INDEX scheduling_freetimes_builder_id_19ce75df ON public.scheduling_freetimes USING btree (builder_id);


CREATE INDEX scheduling_mergedbusytime_builder_id_bc5eb6cf ON public.scheduling_mergedbusytime USING btree (builder_id);


CREATE INDEX scheduling_offeredday_builder_id_6788b65f ON public.scheduling_offeredday USING btree (builder_id);


CREATE INDEX scheduling_recurringhours_schedule_id_f8986693 ON public.scheduling_recurringhours USING btree (schedule_id);


CREATE INDEX scheduling_reservation_builder_id_9979d580 ON public.scheduling_reservation USING btree (builder_id);


CREATE INDEX scheduling_reservation_session_type_id_07d431c4 ON public.scheduling_reservation USING btree (session_type_id);


CREATE INDEX scheduling_reservation_source_id_76d1e332 ON public.scheduling_reservation USING btree (source_id);


CREATE INDEX scheduling_rule_schedule_id_4d5dca87 ON public.scheduling_rule USING btree (schedule_id);


CREATE INDEX scheduling_schedule_builder_id_a355decb ON public.scheduling_schedule USING btree (builder_id);


CREATE INDEX scheduling_seat_person_id_63f03651 ON public.scheduling_seat USING btree (person_id);


CREATE INDEX scheduling_seat_reservation_id_96fa311e ON public.scheduling_seat USING btree (reservation_id);


CREATE INDEX scheduling_typeschedule_schedule_id_de7db130 ON public.scheduling_typeschedule USING btree (schedule_id);


CREATE INDEX scheduling_workedholiday_schedule_id_5ed417ce ON public.scheduling_workedholiday USING btree (schedule_id);


CREATE INDEX searches_that_look ON public.marketplace_savedsearch USING btree (person_id) WHERE (paused_at IS NULL);


CREATE INDEX session_plans_of_client ON public.bookings_sessionplan USING btree (client_id, created_at DESC);


CREATE INDEX session_types_by_short_link ON public.coaching_sessiontype USING btree ("right"(((id)::character varying)::text, 10));


CREATE INDEX session_types_in_order ON public.coaching_sessiontype USING btree (builder_id, "position");


CREATE INDEX sessions_of_builder ON public.pathways_completedsession USING btree (builder_id, starts_at);


CREATE INDEX sessions_of_client ON public.pathways_completedsession USING btree (client_id, starts_at);


CREATE INDEX sign_up_by_age ON public.accounts_signup USING btree (created_at);


CREATE INDEX subscriptions_to_renew ON public.payments_subscription USING btree (current_period_end) WHERE ((status)::text = ANY ((ARRAY['trialing'::character varying, 'active'::character varying, 'paused'::character varying])::text[]));


CREATE INDEX syncs_to_do ON public.scheduling_calendlysync USING btree (due_at) WHERE ((status)::text = ANY ((ARRAY['queued'::character varying, 'running'::character varying])::text[]));


CREATE INDEX transfers_of_owner ON public.payments_transfer USING btree (owner_id, due_at DESC, id DESC);


CREATE INDEX transfers_to_release ON public.payments_transfer USING btree (due_at) WHERE ((state)::text = 'scheduled'::text);


CREATE INDEX transfers_to_send ON public.payments_transfer USING btree (due_at) WHERE ((state)::text = ANY ((ARRAY['payable'::character varying, 'sending'::character varying])::text[]));


CREATE UNIQUE INDEX unique_authenticator_type ON public.mfa_authenticator USING btree (user_id, type) WHERE ((type)::text = ANY ((ARRAY['totp'::character varying, 'recovery_codes'::character varying])::text[]));


CREATE UNIQUE INDEX unique_primary_email ON public.account_emailaddress USING btree (user_id, "primary") WHERE "primary";


CREATE UNIQUE INDEX unique_verified_email ON public.account_emailaddress USING btree (email) WHERE verified;


CREATE INDEX usersessions_usersession_session_key_fd35de43_like ON public.usersessions_usersession USING btree (session_key varchar_pattern_ops);


CREATE INDEX usersessions_usersession_user_id_af5e0a6d ON public.usersessions_usersession USING btree (user_id);


CREATE INDEX waffle_flag_created_4a6e8cef ON public.waffle_flag USING btree (created);


CREATE INDEX waffle_flag_groups_flag_id_c11c0c05 ON public.waffle_flag_groups USING btree (flag_id);


CREATE INDEX waffle_flag_groups_group_id_a97c4f66 ON public.waffle_flag_groups USING btree (group_id);


CREATE INDEX waffle_flag_name_8799ccdf_like ON public.waffle_flag USING btree (name varchar_pattern_ops);


CREATE INDEX waffle_flag_users_flag_id_833c37b0 ON public.waffle_flag_users USING btree (flag_id);


CREATE INDEX waffle_flag_users_user_id_8026df9b ON public.waffle_flag_users USING btree (user_id);


CREATE INDEX waffle_sample_created_76198bd5 ON public.waffle_sample USING btree (created);


CREATE INDEX waffle_sample_name_26b507bc_like ON public.waffle_sample USING btree (name varchar_pattern_ops);


CREATE INDEX waffle_switch_created_c004e77e ON public.waffle_switch USING btree (created);


CREATE INDEX waffle_switch_name_68a12dd8_like ON public.waffle_switch USING btree (name varchar_pattern_ops);


CREATE INDEX webhooks_given_up ON public.core_webhookdelivery USING btree (received_at) WHERE ((state)::text = 'failed'::text);


CREATE STATISTICS public.listing_place_together (dependencies, mcv) ON latitude, longitude FROM public.marketplace_builderlisting;
ALTER STATISTICS public.listing_place_together SET STATISTICS 1000;


CREATE TRIGGER account_is_fixed BEFORE UPDATE OF kind, owner_id, currency ON public.payments_ledgeraccount FOR EACH ROW WHEN (((((old.kind)::text IS DISTINCT FROM (new.kind)::text) OR (old.owner_id IS DISTINCT FROM new.owner_id)) OR ((old.currency)::text IS DISTINCT FROM (new.currency)::text))) EXECUTE FUNCTION public.payments_account_is_fixed();


CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.bookings_bookingevent FOR EACH ROW EXECUTE FUNCTION public.bookings_events_are_append_only();


CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.core_auditentry FOR EACH STATEMENT EXECUTE FUNCTION public.core_audit_is_append_only();


CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payments_invoice FOR EACH ROW EXECUTE FUNCTION public.payments_invoices_are_append_only();


CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payments_ledgerentry FOR EACH STATEMENT EXECUTE FUNCTION public.payments_ledger_is_append_only();


CREATE TRIGGER append_only BEFORE DELETE OR UPDATE ON public.payments_ledgerleg FOR EACH STATEMENT EXECUTE FUNCTION public.payments_ledger_is_append_only();


CREATE TRIGGER busy_time_deleted AFTER DELETE ON public.scheduling_reservation REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.scheduling_busy_time_changed();


CREATE TRIGGER busy_time_inserted AFTER INSERT ON public.scheduling_reservation REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.scheduling_busy_time_changed();


CREATE TRIGGER busy_time_updated AFTER UPDATE ON public.scheduling_reservation REFERENCING OLD TABLE AS before NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION public.scheduling_busy_time_updated();


CREATE TRIGGER count_stars AFTER UPDATE OF state ON public.bookings_booking FOR EACH ROW WHEN ((((old.state)::text = 'COMPLETED'::text) <> ((new.state)::text = 'COMPLETED'::text))) EXECUTE FUNCTION public.count_stars_of_booking();


CREATE TRIGGER count_stars AFTER INSERT OR DELETE OR UPDATE ON public.bookings_review FOR EACH ROW EXECUTE FUNCTION public.count_stars_of_review();


CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON public.payments_ledgerentry DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.payments_check_entry();


CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON public.payments_ledgerleg DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION public.payments_check_leg();


CREATE TRIGGER fill_builder BEFORE INSERT OR UPDATE ON public.bookings_review FOR EACH ROW WHEN ((new.builder_id IS NULL)) EXECUTE FUNCTION public.fill_builder_of_review();


CREATE TRIGGER numbers_follow_each_other BEFORE UPDATE ON public.payments_invoiceseries FOR EACH ROW EXECUTE FUNCTION public.payments_numbers_follow_each_other();


ALTER TABLE ONLY public.account_emailaddress
    ADD CONSTRAINT account_emailaddress_user_id_2c513194_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.account_emailconfirmation
    ADD CONSTRAINT account_emailconfirm_email_address_id_5b7f8c58_fk_account_e FOREIGN KEY (email_address_id) REFERENCES public.account_emailaddress(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_actingsession
    ADD CONSTRAINT accounts_actingsession_person_id_b4dda56d_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_actingsession
    ADD CONSTRAINT accounts_actingsession_staff_id_841898e7_fk_accounts_user_id FOREIGN KEY (staff_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_addresschange
    ADD CONSTRAINT accounts_addresschange_user_id_48109174_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_apitoken
    ADD CONSTRAINT accounts_apitoken_user_id_bbee13e0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_builderapplication
    ADD CONSTRAINT accounts_builderappl_decided_by_id_409f2b67_fk_accounts_ FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_builderapplication
    ADD CONSTRAINT accounts_builderappl_user_id_4f8f6f2f_fk_accounts_ FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_builderprofile_roles
    ADD CONSTRAINT accounts_builderprof_builderprofile_id_91a72bfe_fk_accounts_ FOREIGN KEY (builderprofile_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_builderprofile_roles
    ADD CONSTRAINT accounts_builderprof_professionalrole_id_ae692cbe_fk_accounts_ FOREIGN KEY (professionalrole_id) REFERENCES public.accounts_professionalrole(slug) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_builderprofile
    ADD CONSTRAINT accounts_builderprofile_user_id_55a44366_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_clientprofile
    ADD CONSTRAINT accounts_clientprofile_user_id_48cb1b99_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_dataexport
    ADD CONSTRAINT accounts_dataexport_person_id_b3f292fa_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_joininvitation
    ADD CONSTRAINT accounts_joininvitat_invited_by_id_4541d19f_fk_accounts_ FOREIGN KEY (invited_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_joininvitation
    ADD CONSTRAINT accounts_joininvitation_used_by_id_543d06da_fk_accounts_user_id FOREIGN KEY (used_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_member
    ADD CONSTRAINT accounts_member_merged_into_id_98eb5eef_fk_accounts_member_id FOREIGN KEY (merged_into_id) REFERENCES public.accounts_member(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_member
    ADD CONSTRAINT accounts_member_person_id_77c01b28_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_memberchange
    ADD CONSTRAINT accounts_memberchang_changed_by_id_3d8ca768_fk_accounts_ FOREIGN KEY (changed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_memberchange
    ADD CONSTRAINT accounts_memberchange_member_id_f2c498e1_fk_accounts_member_id FOREIGN KEY (member_id) REFERENCES public.accounts_member(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_memberduplicate
    ADD CONSTRAINT accounts_memberdupli_dismissed_by_id_c34f9ca9_fk_accounts_ FOREIGN KEY (dismissed_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_memberduplicate
    ADD CONSTRAINT accounts_memberdupli_first_id_f1697922_fk_accounts_ FOREIGN KEY (first_id) REFERENCES public.accounts_member(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_memberduplicate
    ADD CONSTRAINT accounts_memberdupli_second_id_879894dd_fk_accounts_ FOREIGN KEY (second_id) REFERENCES public.accounts_member(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_memberimport
    ADD CONSTRAINT accounts_memberimpor_imported_by_id_3fcbc353_fk_accounts_ FOREIGN KEY (imported_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_membermerge
    ADD CONSTRAINT accounts_membermerge_dropped_id_06e62d53_fk_accounts_member_id FOREIGN KEY (dropped_id) REFERENCES public.accounts_member(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_membermerge
    ADD CONSTRAINT accounts_membermerge_kept_id_b8aefd55_fk_accounts_member_id FOREIGN KEY (kept_id) REFERENCES public.accounts_member(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_membermerge
    ADD CONSTRAINT accounts_membermerge_merged_by_id_f3f66b8d_fk_accounts_user_id FOREIGN KEY (merged_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_membermerge
    ADD CONSTRAINT accounts_membermerge_undone_by_id_9bf040fa_fk_accounts_user_id FOREIGN KEY (undone_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_notification
    ADD CONSTRAINT accounts_notification_person_id_d906de46_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_rolegrant
    ADD CONSTRAINT accounts_rolegrant_granted_by_id_7c2165d8_fk_accounts_user_id FOREIGN KEY (granted_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_rolegrant
    ADD CONSTRAINT accounts_rolegrant_revoked_by_id_2c5ca284_fk_accounts_user_id FOREIGN KEY (revoked_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_rolegrant
    ADD CONSTRAINT accounts_rolegrant_user_id_0601f056_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_signup
    ADD CONSTRAINT accounts_signup_invitation_id_7caad66a_fk_accounts_ FOREIGN KEY (invitation_id) REFERENCES public.accounts_joininvitation(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_group_id_bd11a704_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_user_groups
    ADD CONSTRAINT accounts_user_groups_user_id_52b62117_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.accounts_user
    ADD CONSTRAINT accounts_user_place_id_70e987d0_fk_accounts_place_id FOREIGN KEY (place_id) REFERENCES public.accounts_place(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissio_permission_id_84c5c92e_fk_auth_perm FOREIGN KEY (permission_id) REFERENCES public.auth_permission(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_group_permissions
    ADD CONSTRAINT auth_group_permissions_group_id_b120cbf9_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.auth_permission
    ADD CONSTRAINT auth_permission_content_type_id_2f476e4b_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_answer
    ADD CONSTRAINT bookings_answer_booking_id_ef431b01_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_answer
    ADD CONSTRAINT bookings_answer_question_id_524d147c_fk_coaching_question_id FOREIGN KEY (question_id) REFERENCES public.coaching_question(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_builder_id_127755bf_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_client_id_4922b542_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_credit_grant_id_98fb0778_fk_payments_ FOREIGN KEY (credit_grant_id) REFERENCES public.payments_creditgrant(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_guest_id_8ba294cc_fk_bookings_guest_id FOREIGN KEY (guest_id) REFERENCES public.bookings_guest(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_meeting_id_095320bb_fk_bookings_meeting_id FOREIGN KEY (meeting_id) REFERENCES public.bookings_meeting(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_pathway_id_03c911ff_fk_pathways_pathway_id FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_project_id_f4745c72_fk_bookings_project_id FOREIGN KEY (project_id) REFERENCES public.bookings_project(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_seat_id_764de9cf_fk_scheduling_seat_id FOREIGN KEY (seat_id) REFERENCES public.scheduling_seat(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_series_id_5807db19_fk_bookings_series_id FOREIGN KEY (series_id) REFERENCES public.bookings_series(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_booking
    ADD CONSTRAINT bookings_booking_session_type_id_ac529847_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_bookingattempt
    ADD CONSTRAINT bookings_bookingatte_booking_id_7689f27e_fk_bookings_ FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_bookingattempt
    ADD CONSTRAINT bookings_bookingatte_session_type_id_83217da8_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_bookingattempt
    ADD CONSTRAINT bookings_bookingattempt_builder_id_fba42c45_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_bookingevent
    ADD CONSTRAINT bookings_bookingeven_booking_id_98f25503_fk_bookings_ FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_bookingevent
    ADD CONSTRAINT bookings_bookingevent_acting_as_id_fccf4837_fk_accounts_user_id FOREIGN KEY (acting_as_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_bookingevent
    ADD CONSTRAINT bookings_bookingevent_actor_id_b6f471e6_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_calendlyevent
    ADD CONSTRAINT bookings_calendlyevent_builder_id_62fbc7e3_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_calendlyinvitee
    ADD CONSTRAINT bookings_calendlyinv_booking_id_1fcee980_fk_bookings_ FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_calendlyinvitee
    ADD CONSTRAINT bookings_calendlyinv_builder_id_0e1bae3b_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_clientnote
    ADD CONSTRAINT bookings_clientnote_builder_id_af52176a_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_clientnote
    ADD CONSTRAINT bookings_clientnote_client_id_98536195_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_deliverable
    ADD CONSTRAINT bookings_deliverable_added_by_id_82526a51_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_deliverable
    ADD CONSTRAINT bookings_deliverable_booking_id_089bb672_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_deliverable
    ADD CONSTRAINT bookings_deliverable_replaces_id_dc83a0c7_fk_bookings_ FOREIGN KEY (replaces_id) REFERENCES public.bookings_deliverable(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_draft
    ADD CONSTRAINT bookings_draft_person_id_81b43006_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_draft
    ADD CONSTRAINT bookings_draft_session_type_id_96e229bb_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_guestmerge
    ADD CONSTRAINT bookings_guestmerge_merged_by_id_7e74b596_fk_accounts_user_id FOREIGN KEY (merged_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_guestmerge
    ADD CONSTRAINT bookings_guestmerge_person_id_b081e32f_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_guestmerge
    ADD CONSTRAINT bookings_guestmerge_undone_by_id_ca9ef326_fk_accounts_user_id FOREIGN KEY (undone_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_meeting
    ADD CONSTRAINT bookings_meeting_account_id_7cab8949_fk_connectio FOREIGN KEY (account_id) REFERENCES public.connections_linkedaccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_meeting
    ADD CONSTRAINT bookings_meeting_builder_id_224b5fd2_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_offered
    ADD CONSTRAINT bookings_offered_place_id_37d32ca5_fk_bookings_place_id FOREIGN KEY (place_id) REFERENCES public.bookings_place(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_offered
    ADD CONSTRAINT bookings_offered_seat_id_8fefb8d7_fk_scheduling_seat_id FOREIGN KEY (seat_id) REFERENCES public.scheduling_seat(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_place
    ADD CONSTRAINT bookings_place_client_id_e832dac7_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_place
    ADD CONSTRAINT bookings_place_session_type_id_b68d41f7_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsess_booking_id_13140448_fk_bookings_ FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsess_plan_id_6aa7ff52_fk_bookings_ FOREIGN KEY (plan_id) REFERENCES public.bookings_sessionplan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsess_session_type_id_5c70b9ec_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsession_seat_id_76730f71_fk_scheduling_seat_id FOREIGN KEY (seat_id) REFERENCES public.scheduling_seat(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_plannedsession
    ADD CONSTRAINT bookings_plannedsession_skill_id_7f76dbde_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_preparation
    ADD CONSTRAINT bookings_preparation_booking_id_faa45acc_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_project
    ADD CONSTRAINT bookings_project_client_id_1efe8418_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_proposal
    ADD CONSTRAINT bookings_proposal_booking_id_45533c27_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_proposal
    ADD CONSTRAINT bookings_proposal_event_id_e250e5b3_fk_bookings_bookingevent_id FOREIGN KEY (event_id) REFERENCES public.bookings_bookingevent(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_review
    ADD CONSTRAINT bookings_review_author_id_59e9cdec_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_review
    ADD CONSTRAINT bookings_review_booking_id_6d649234_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_review
    ADD CONSTRAINT bookings_review_builder_id_6be55260_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_series
    ADD CONSTRAINT bookings_series_client_id_e5249e49_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_series
    ADD CONSTRAINT bookings_series_session_type_id_3a269d6e_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_sessionplan
    ADD CONSTRAINT bookings_sessionplan_client_id_c345a869_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_sessionplan
    ADD CONSTRAINT bookings_sessionplan_pathway_id_991b1d1b_fk_pathways_pathway_id FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_skillreport
    ADD CONSTRAINT bookings_skillreport_booking_id_8be1239b_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_skillreport
    ADD CONSTRAINT bookings_skillreport_person_id_3ff7724b_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_skillreport
    ADD CONSTRAINT bookings_skillreport_skill_id_0d58ca64_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_starcount
    ADD CONSTRAINT bookings_starcount_builder_id_6f4a79be_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_statement
    ADD CONSTRAINT bookings_statement_author_id_057510b6_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_statement
    ADD CONSTRAINT bookings_statement_booking_id_52072f4f_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.bookings_stepcount
    ADD CONSTRAINT bookings_stepcount_builder_id_78e2fbf2_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_cancellationtier
    ADD CONSTRAINT coaching_cancellatio_session_type_id_af3a39cf_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_offer
    ADD CONSTRAINT coaching_offer_builder_id_b646b7b8_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_offer_services
    ADD CONSTRAINT coaching_offer_servi_offer_id_5cb0afb9_fk_coaching_ FOREIGN KEY (offer_id) REFERENCES public.coaching_offer(builder_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_offer_services
    ADD CONSTRAINT coaching_offer_servi_service_id_2edc6db4_fk_coaching_ FOREIGN KEY (service_id) REFERENCES public.coaching_service(slug) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_offeredduration
    ADD CONSTRAINT coaching_offereddura_offer_id_ac4c6ed6_fk_coaching_ FOREIGN KEY (offer_id) REFERENCES public.coaching_offer(builder_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_package
    ADD CONSTRAINT coaching_package_builder_id_608e985e_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_packagepurchase
    ADD CONSTRAINT coaching_packagepurc_grant_id_2646f822_fk_payments_ FOREIGN KEY (grant_id) REFERENCES public.payments_creditgrant(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_packagepurchase
    ADD CONSTRAINT coaching_packagepurc_package_id_c62db395_fk_coaching_ FOREIGN KEY (package_id) REFERENCES public.coaching_package(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_packagepurchase
    ADD CONSTRAINT coaching_packagepurchase_buyer_id_8da18344_fk_accounts_user_id FOREIGN KEY (buyer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_priceshare
    ADD CONSTRAINT coaching_priceshare_builder_id_92225a77_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_priceshare
    ADD CONSTRAINT coaching_priceshare_session_type_id_9833e9e9_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_question
    ADD CONSTRAINT coaching_question_session_type_id_b7408f65_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_sessionduration
    ADD CONSTRAINT coaching_sessiondura_session_type_id_078fffa0_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_sessiontype
    ADD CONSTRAINT coaching_sessiontype_builder_id_dd186ae7_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_sessiontype_pathways
    ADD CONSTRAINT coaching_sessiontype_pathway_id_1f3d4a86_fk_pathways_ FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_sessiontype
    ADD CONSTRAINT coaching_sessiontype_service_id_9288dd0c_fk_coaching_ FOREIGN KEY (service_id) REFERENCES public.coaching_service(slug) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_sessiontype_pathways
    ADD CONSTRAINT coaching_sessiontype_sessiontype_id_83370cf2_fk_coaching_ FOREIGN KEY (sessiontype_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.coaching_sessiontype
    ADD CONSTRAINT coaching_sessiontype_tax_kind_id_81cd1906_fk_payments_ FOREIGN KEY (tax_kind_id) REFERENCES public.payments_taxkind(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_accountcalendar
    ADD CONSTRAINT connections_accountc_connection_id_850df564_fk_connectio FOREIGN KEY (connection_id) REFERENCES public.connections_connection(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_calendlyaccount
    ADD CONSTRAINT connections_calendly_account_id_ea970ab6_fk_connectio FOREIGN KEY (account_id) REFERENCES public.connections_linkedaccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_calendlyaccount
    ADD CONSTRAINT connections_calendly_calendar_id_a456cc42_fk_connectio FOREIGN KEY (calendar_id) REFERENCES public.connections_connection(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_connection
    ADD CONSTRAINT connections_connecti_account_id_f0154b54_fk_connectio FOREIGN KEY (account_id) REFERENCES public.connections_linkedaccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_connection
    ADD CONSTRAINT connections_connection_owner_id_5913232e_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_linkedaccount
    ADD CONSTRAINT connections_linkedaccount_owner_id_78908903_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_webhookattempt
    ADD CONSTRAINT connections_webhooka_delivery_id_d65a8638_fk_connectio FOREIGN KEY (delivery_id) REFERENCES public.connections_webhookmessage(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_webhookendpoint
    ADD CONSTRAINT connections_webhooke_owner_id_d1870608_fk_accounts_ FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_webhookmessage
    ADD CONSTRAINT connections_webhookm_endpoint_id_cee79058_fk_connectio FOREIGN KEY (endpoint_id) REFERENCES public.connections_webhookendpoint(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.connections_zoomsettings
    ADD CONSTRAINT connections_zoomsett_account_id_52259958_fk_connectio FOREIGN KEY (account_id) REFERENCES public.connections_linkedaccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_acceptance
    ADD CONSTRAINT core_acceptance_person_id_5caf4246_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_acceptance
    ADD CONSTRAINT core_acceptance_version_id_5dec56a7_fk_core_policyversion_id FOREIGN KEY (version_id) REFERENCES public.core_policyversion(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_announcement
    ADD CONSTRAINT core_announcement_created_by_id_86b3e573_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_auditentry
    ADD CONSTRAINT core_auditentry_acting_as_id_26f19cdc_fk_accounts_user_id FOREIGN KEY (acting_as_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_auditentry
    ADD CONSTRAINT core_auditentry_actor_id_d8248cee_fk_accounts_user_id FOREIGN KEY (actor_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_contactmessage
    ADD CONSTRAINT core_contactmessage_answered_by_id_57aa209a_fk_accounts_user_id FOREIGN KEY (answered_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_contactmessage
    ADD CONSTRAINT core_contactmessage_person_id_e2a2839a_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_deadaddress
    ADD CONSTRAINT core_deadaddress_entry_id_6066792a_fk_core_maillogentry_id FOREIGN KEY (entry_id) REFERENCES public.core_maillogentry(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_demandevent
    ADD CONSTRAINT core_demandevent_builder_id_1a10b488_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_feedback
    ADD CONSTRAINT core_feedback_person_id_d4b27615_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_flag_groups
    ADD CONSTRAINT core_flag_groups_flag_id_94d544c1_fk_core_flag_id FOREIGN KEY (flag_id) REFERENCES public.core_flag(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_flag_groups
    ADD CONSTRAINT core_flag_groups_group_id_d2e3d64c_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_flag_users
    ADD CONSTRAINT core_flag_users_flag_id_0e177725_fk_core_flag_id FOREIGN KEY (flag_id) REFERENCES public.core_flag(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_flag_users
    ADD CONSTRAINT core_flag_users_user_id_b27a34f0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_mailevent
    ADD CONSTRAINT core_mailevent_entry_id_571dd075_fk_core_maillogentry_id FOREIGN KEY (entry_id) REFERENCES public.core_maillogentry(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_maillogentry
    ADD CONSTRAINT core_maillogentry_person_id_9090e278_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_maintenance
    ADD CONSTRAINT core_maintenance_created_by_id_798bd545_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.core_policyversion
    ADD CONSTRAINT core_policyversion_published_by_id_882215e3_fk_accounts_user_id FOREIGN KEY (published_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_content_type_id_c4bce8eb_fk_django_co FOREIGN KEY (content_type_id) REFERENCES public.django_content_type(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.django_admin_log
    ADD CONSTRAINT django_admin_log_user_id_c564eba6_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.insights_dailyfigure
    ADD CONSTRAINT insights_dailyfigure_pathway_id_c196e5f6_fk_pathways_pathway_id FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_builderlisting
    ADD CONSTRAINT marketplace_builderl_builder_id_c088a591_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_buildermetrics
    ADD CONSTRAINT marketplace_builderm_builder_id_b2e029c9_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_favourite
    ADD CONSTRAINT marketplace_favourit_builder_id_85d466e7_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_favourite
    ADD CONSTRAINT marketplace_favourite_person_id_5e75a83e_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_firststeps
    ADD CONSTRAINT marketplace_firstste_builder_id_aab15366_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_letterchoice
    ADD CONSTRAINT marketplace_letterchoice_person_id_15f51ae4_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_moderation
    ADD CONSTRAINT marketplace_moderati_builder_id_9d10b062_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_openingnotice
    ADD CONSTRAINT marketplace_openingn_builder_id_2910bf65_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_openingnotice
    ADD CONSTRAINT marketplace_openingn_person_id_326c95e9_fk_accounts_ FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_openingnotice
    ADD CONSTRAINT marketplace_openingn_search_id_06090192_fk_marketpla FOREIGN KEY (search_id) REFERENCES public.marketplace_savedsearch(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_portfolioasset
    ADD CONSTRAINT marketplace_portfoli_builder_id_c425de9b_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_savedsearch
    ADD CONSTRAINT marketplace_savedsearch_person_id_dc15305a_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_specialisation
    ADD CONSTRAINT marketplace_speciali_builder_id_7719e5ec_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_builderprofile(user_id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_specialisation
    ADD CONSTRAINT marketplace_speciali_pathway_id_23f87f39_fk_pathways_ FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.marketplace_weeklyletter
    ADD CONSTRAINT marketplace_weeklyletter_person_id_46e2cbcc_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_attachment
    ADD CONSTRAINT messaging_attachment_message_id_7f8c99ee_fk_messaging FOREIGN KEY (message_id) REFERENCES public.messaging_message(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT messaging_message_conversation_id_3db4d3d1_fk_messaging FOREIGN KEY (conversation_id) REFERENCES public.messaging_conversation(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT messaging_message_reply_to_id_f28e3285_fk_messaging_message_id FOREIGN KEY (reply_to_id) REFERENCES public.messaging_message(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_message
    ADD CONSTRAINT messaging_message_sender_id_7a7088e6_fk_messaging FOREIGN KEY (sender_id) REFERENCES public.messaging_participant(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_messagepreferences
    ADD CONSTRAINT messaging_messagepre_person_id_f391d391_fk_accounts_ FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_messagereport
    ADD CONSTRAINT messaging_messagerep_message_id_16f085a2_fk_messaging FOREIGN KEY (message_id) REFERENCES public.messaging_message(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_messagereport
    ADD CONSTRAINT messaging_messagerep_reporter_id_cdf24104_fk_messaging FOREIGN KEY (reporter_id) REFERENCES public.messaging_participant(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_messagereport
    ADD CONSTRAINT messaging_messagerep_settled_by_id_73a267fa_fk_accounts_ FOREIGN KEY (settled_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_participant
    ADD CONSTRAINT messaging_participan_conversation_id_07f75de9_fk_messaging FOREIGN KEY (conversation_id) REFERENCES public.messaging_conversation(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_participant
    ADD CONSTRAINT messaging_participant_user_id_ac5ef41d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.messaging_savedreply
    ADD CONSTRAINT messaging_savedreply_owner_id_70ebab30_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.mfa_authenticator
    ADD CONSTRAINT mfa_authenticator_user_id_0c3a50c0_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.operations_staffnote
    ADD CONSTRAINT operations_staffnote_author_id_aff50abe_fk_accounts_user_id FOREIGN KEY (author_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.operations_staffnote
    ADD CONSTRAINT operations_staffnote_booking_id_bda41c84_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.operations_staffnote
    ADD CONSTRAINT operations_staffnote_person_id_71308eca_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_answeredrequest
    ADD CONSTRAINT pathways_answeredreq_builder_id_6ab8764d_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_award
    ADD CONSTRAINT pathways_award_badge_id_8dead0c2_fk_pathways_badge_id FOREIGN KEY (badge_id) REFERENCES public.pathways_badge(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_award
    ADD CONSTRAINT pathways_award_client_id_bc2f0ec7_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_badge
    ADD CONSTRAINT pathways_badge_pathway_id_ed5f990c_fk_pathways_pathway_id FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_badge
    ADD CONSTRAINT pathways_badge_skill_id_a34411f5_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_completedsession
    ADD CONSTRAINT pathways_completedse_builder_id_26644467_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_completedsession
    ADD CONSTRAINT pathways_completedse_client_id_0b8779aa_fk_accounts_ FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_completedsession
    ADD CONSTRAINT pathways_completedse_pathway_id_48c3afde_fk_pathways_ FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_enrolment
    ADD CONSTRAINT pathways_enrolment_builder_id_2e2cbe03_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_enrolment
    ADD CONSTRAINT pathways_enrolment_client_id_05283646_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_enrolment
    ADD CONSTRAINT pathways_enrolment_pathway_id_ca7ce490_fk_pathways_pathway_id FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_enrolmentevent
    ADD CONSTRAINT pathways_enrolmentev_enrolment_id_a1f40985_fk_pathways_ FOREIGN KEY (enrolment_id) REFERENCES public.pathways_enrolment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_enrolmentevent
    ADD CONSTRAINT pathways_enrolmentevent_builder_id_a5704766_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_enrolmentevent
    ADD CONSTRAINT pathways_enrolmentevent_by_id_3e168c91_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_evidence
    ADD CONSTRAINT pathways_evidence_added_by_id_87416e61_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_evidence
    ADD CONSTRAINT pathways_evidence_progress_id_16a4556f_fk_pathways_progress_id FOREIGN KEY (progress_id) REFERENCES public.pathways_progress(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goal
    ADD CONSTRAINT pathways_goal_client_id_df0383b9_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goal
    ADD CONSTRAINT pathways_goal_pathway_id_82d79dca_fk_pathways_pathway_id FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goal
    ADD CONSTRAINT pathways_goal_shared_with_id_6a0fef14_fk_accounts_user_id FOREIGN KEY (shared_with_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goal
    ADD CONSTRAINT pathways_goal_skill_id_b7be6e20_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goal
    ADD CONSTRAINT pathways_goal_suggested_by_id_21440cba_fk_accounts_user_id FOREIGN KEY (suggested_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goalevent
    ADD CONSTRAINT pathways_goalevent_by_id_4df00d2d_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goalevent
    ADD CONSTRAINT pathways_goalevent_goal_id_553f77b0_fk_pathways_goal_id FOREIGN KEY (goal_id) REFERENCES public.pathways_goal(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_goalstep
    ADD CONSTRAINT pathways_goalstep_goal_id_76744a1e_fk_pathways_goal_id FOREIGN KEY (goal_id) REFERENCES public.pathways_goal(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_need
    ADD CONSTRAINT pathways_need_needed_id_5e1e2864_fk_pathways_skill_id FOREIGN KEY (needed_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_need
    ADD CONSTRAINT pathways_need_skill_id_655f0b49_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_progress
    ADD CONSTRAINT pathways_progress_assigned_by_id_7cf4a7b4_fk_accounts_user_id FOREIGN KEY (assigned_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_progress
    ADD CONSTRAINT pathways_progress_client_id_0b34554e_fk_accounts_user_id FOREIGN KEY (client_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_progress
    ADD CONSTRAINT pathways_progress_skill_id_f66f57b4_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_progress
    ADD CONSTRAINT pathways_progress_verified_by_id_5780c058_fk_accounts_user_id FOREIGN KEY (verified_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_progressevent
    ADD CONSTRAINT pathways_progresseve_progress_id_11eeec41_fk_pathways_ FOREIGN KEY (progress_id) REFERENCES public.pathways_progress(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_progressevent
    ADD CONSTRAINT pathways_progresseve_undoes_id_450572f2_fk_pathways_ FOREIGN KEY (undoes_id) REFERENCES public.pathways_progressevent(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_progressevent
    ADD CONSTRAINT pathways_progressevent_by_id_579e3aa7_fk_accounts_user_id FOREIGN KEY (by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_skill_pathways
    ADD CONSTRAINT pathways_skill_pathw_pathway_id_40d68424_fk_pathways_ FOREIGN KEY (pathway_id) REFERENCES public.pathways_pathway(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_skill_pathways
    ADD CONSTRAINT pathways_skill_pathways_skill_id_544b1c8a_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_teaching
    ADD CONSTRAINT pathways_teaching_builder_id_0b273907_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.pathways_teaching
    ADD CONSTRAINT pathways_teaching_skill_id_e6cecb3d_fk_pathways_skill_id FOREIGN KEY (skill_id) REFERENCES public.pathways_skill(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_buyerprofile
    ADD CONSTRAINT payments_buyerprofile_owner_id_59b90842_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_cardpage
    ADD CONSTRAINT payments_cardpage_person_id_3a031fe5_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_cardpage
    ADD CONSTRAINT payments_cardpage_subscription_id_db0c8f63_fk_payments_ FOREIGN KEY (subscription_id) REFERENCES public.payments_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_checkout
    ADD CONSTRAINT payments_checkout_payment_id_6e59723d_fk_payments_payment_id FOREIGN KEY (payment_id) REFERENCES public.payments_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_correction
    ADD CONSTRAINT payments_correction_receipt_id_f3add31c_fk_payments_receipt_id FOREIGN KEY (receipt_id) REFERENCES public.payments_receipt(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_correction
    ADD CONSTRAINT payments_correction_recorded_by_id_039b5a77_fk_accounts_user_id FOREIGN KEY (recorded_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_creditgrant
    ADD CONSTRAINT payments_creditgrant_builder_id_21092007_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_creditgrant
    ADD CONSTRAINT payments_creditgrant_given_by_id_da522758_fk_accounts_user_id FOREIGN KEY (given_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_creditgrant
    ADD CONSTRAINT payments_creditgrant_holder_id_3b9f61aa_fk_accounts_user_id FOREIGN KEY (holder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_disputeevidence
    ADD CONSTRAINT payments_disputeevid_dispute_id_c9979e04_fk_payments_ FOREIGN KEY (dispute_id) REFERENCES public.payments_paymentdispute(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_disputefile
    ADD CONSTRAINT payments_disputefile_added_by_id_4144b6a7_fk_accounts_user_id FOREIGN KEY (added_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_disputefile
    ADD CONSTRAINT payments_disputefile_dispute_id_b9abb1e8_fk_payments_ FOREIGN KEY (dispute_id) REFERENCES public.payments_paymentdispute(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_buyer_id_b0fc5fd3_fk_accounts_user_id FOREIGN KEY (buyer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_corrects_id_efc7e721_fk_payments_invoice_id FOREIGN KEY (corrects_id) REFERENCES public.payments_invoice(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_payment_id_1394aa6e_fk_payments_payment_id FOREIGN KEY (payment_id) REFERENCES public.payments_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_seller_id_a825cd76_fk_accounts_user_id FOREIGN KEY (seller_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_invoice
    ADD CONSTRAINT payments_invoice_series_id_48caa29a_fk_payments_ FOREIGN KEY (series_id) REFERENCES public.payments_invoiceseries(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_invoiceseries
    ADD CONSTRAINT payments_invoiceseries_owner_id_f2b9b27e_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_ledgeraccount
    ADD CONSTRAINT payments_ledgeraccount_owner_id_c5e50f9f_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_ledgerclosing
    ADD CONSTRAINT payments_ledgerclosi_account_id_56368bb0_fk_payments_ FOREIGN KEY (account_id) REFERENCES public.payments_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_ledgerleg
    ADD CONSTRAINT payments_ledgerleg_account_id_9899cd94_fk_payments_ FOREIGN KEY (account_id) REFERENCES public.payments_ledgeraccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_ledgerleg
    ADD CONSTRAINT payments_ledgerleg_entry_id_305b2d05_fk_payments_ledgerentry_id FOREIGN KEY (entry_id) REFERENCES public.payments_ledgerentry(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_payment
    ADD CONSTRAINT payments_payment_payee_id_2bfdf88e_fk_accounts_user_id FOREIGN KEY (payee_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_payment
    ADD CONSTRAINT payments_payment_payer_id_90660d0f_fk_accounts_user_id FOREIGN KEY (payer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_paymentdispute
    ADD CONSTRAINT payments_paymentdisp_asked_by_id_045e2d9f_fk_accounts_ FOREIGN KEY (asked_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_paymentdispute
    ADD CONSTRAINT payments_paymentdisp_payment_id_199e5c4a_fk_payments_ FOREIGN KEY (payment_id) REFERENCES public.payments_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_payouthold
    ADD CONSTRAINT payments_payouthold_payment_id_81f0fa7c_fk_payments_payment_id FOREIGN KEY (payment_id) REFERENCES public.payments_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_plan
    ADD CONSTRAINT payments_plan_owner_id_94815e7d_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_provideraccount
    ADD CONSTRAINT payments_provideraccount_owner_id_c13a9099_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_providercustomer
    ADD CONSTRAINT payments_providercus_person_id_7bb04ac3_fk_accounts_ FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_payment_id_5c31062a_fk_payments_payment_id FOREIGN KEY (payment_id) REFERENCES public.payments_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_receipt
    ADD CONSTRAINT payments_receipt_recorded_by_id_28d9dfa1_fk_accounts_user_id FOREIGN KEY (recorded_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_given_up_by_id_6bd1dfb8_fk_accounts_user_id FOREIGN KEY (given_up_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_payment_id_a70693f7_fk_payments_payment_id FOREIGN KEY (payment_id) REFERENCES public.payments_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_recorded_by_id_58ae8ed0_fk_accounts_user_id FOREIGN KEY (recorded_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_refund
    ADD CONSTRAINT payments_refund_retry_of_id_3c7de03d_fk_payments_refund_id FOREIGN KEY (retry_of_id) REFERENCES public.payments_refund(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_savedcard
    ADD CONSTRAINT payments_savedcard_person_id_28acad64_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_sellerprofile
    ADD CONSTRAINT payments_sellerprofi_tax_kind_id_6aca3b62_fk_payments_ FOREIGN KEY (tax_kind_id) REFERENCES public.payments_taxkind(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_sellerprofile
    ADD CONSTRAINT payments_sellerprofile_owner_id_9e0fb525_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_subscriptioncharge
    ADD CONSTRAINT payments_subscriptio_plan_id_3e124018_fk_payments_ FOREIGN KEY (plan_id) REFERENCES public.payments_plan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_subscription
    ADD CONSTRAINT payments_subscriptio_subscriber_id_93b27a7a_fk_accounts_ FOREIGN KEY (subscriber_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_subscriptioncharge
    ADD CONSTRAINT payments_subscriptio_subscription_id_ac007835_fk_payments_ FOREIGN KEY (subscription_id) REFERENCES public.payments_subscription(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_subscription
    ADD CONSTRAINT payments_subscription_next_plan_id_b25b6210_fk_payments_plan_id FOREIGN KEY (next_plan_id) REFERENCES public.payments_plan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_subscription
    ADD CONSTRAINT payments_subscription_plan_id_973ba84d_fk_payments_plan_id FOREIGN KEY (plan_id) REFERENCES public.payments_plan(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_subscription
    ADD CONSTRAINT payments_subscription_seller_id_3b42e3cb_fk_accounts_user_id FOREIGN KEY (seller_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_taxrate
    ADD CONSTRAINT payments_taxrate_kind_id_07c1faae_fk_payments_taxkind_id FOREIGN KEY (kind_id) REFERENCES public.payments_taxkind(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_transfer
    ADD CONSTRAINT payments_transfer_owner_id_d5775b61_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_transfer
    ADD CONSTRAINT payments_transfer_payment_id_28acc6ba_fk_payments_payment_id FOREIGN KEY (payment_id) REFERENCES public.payments_payment(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_transferreversal
    ADD CONSTRAINT payments_transferrev_refund_id_7e2c6041_fk_payments_ FOREIGN KEY (refund_id) REFERENCES public.payments_refund(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.payments_transferreversal
    ADD CONSTRAINT payments_transferrev_transfer_id_ef5554f0_fk_payments_ FOREIGN KEY (transfer_id) REFERENCES public.payments_transfer(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_booking_id_0ecb716e_fk_bookings_booking_id FOREIGN KEY (booking_id) REFERENCES public.bookings_booking(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_code_id_f96e6c34_fk_referrals FOREIGN KEY (code_id) REFERENCES public.referrals_referralcode(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_decided_by_id_1e6e75c1_fk_accounts_user_id FOREIGN KEY (decided_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_friend_id_5899ef9c_fk_accounts_user_id FOREIGN KEY (friend_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_referrer_id_c4bd6f93_fk_accounts_user_id FOREIGN KEY (referrer_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_referral
    ADD CONSTRAINT referrals_referral_rule_id_9e67e5ce_fk_referrals_rewardrule_id FOREIGN KEY (rule_id) REFERENCES public.referrals_rewardrule(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_referralcode
    ADD CONSTRAINT referrals_referralcode_owner_id_a4b787bb_fk_accounts_user_id FOREIGN KEY (owner_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_reward
    ADD CONSTRAINT referrals_reward_person_id_96123c86_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_reward
    ADD CONSTRAINT referrals_reward_referral_id_bc35cae5_fk_referrals_referral_id FOREIGN KEY (referral_id) REFERENCES public.referrals_referral(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.referrals_rewardrule
    ADD CONSTRAINT referrals_rewardrule_created_by_id_277bd8b1_fk_accounts_user_id FOREIGN KEY (created_by_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_calendarfeed
    ADD CONSTRAINT scheduling_calendarfeed_builder_id_0575ce3e_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_calendlyeventtype
    ADD CONSTRAINT scheduling_calendlye_builder_id_29e769f5_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_calendlyeventtype
    ADD CONSTRAINT scheduling_calendlye_session_type_id_c5ca01d3_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_calendlysync
    ADD CONSTRAINT scheduling_calendlys_account_id_e275e71c_fk_connectio FOREIGN KEY (account_id) REFERENCES public.connections_linkedaccount(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_exceptionday
    ADD CONSTRAINT scheduling_exception_schedule_id_ecb4dfaf_fk_schedulin FOREIGN KEY (schedule_id) REFERENCES public.scheduling_schedule(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_freetimes
    ADD CONSTRAINT scheduling_freetimes_builder_id_19ce75df_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_freetimes
    ADD CONSTRAINT scheduling_freetimes_session_type_id_b0b82130_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_mergedbusytime
    ADD CONSTRAINT scheduling_mergedbus_builder_id_bc5eb6cf_fk_accounts_ FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_offeredday
    ADD CONSTRAINT scheduling_offeredday_builder_id_6788b65f_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_recurringhours
    ADD CONSTRAINT scheduling_recurring_schedule_id_f8986693_fk_schedulin FOREIGN KEY (schedule_id) REFERENCES public.scheduling_schedule(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_reservation
    ADD CONSTRAINT scheduling_reservati_session_type_id_07d431c4_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_reservation
    ADD CONSTRAINT scheduling_reservati_source_id_76d1e332_fk_connectio FOREIGN KEY (source_id) REFERENCES public.connections_connection(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_reservation
    ADD CONSTRAINT scheduling_reservation_builder_id_9979d580_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_rule
    ADD CONSTRAINT scheduling_rule_schedule_id_4d5dca87_fk_scheduling_schedule_id FOREIGN KEY (schedule_id) REFERENCES public.scheduling_schedule(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_schedule
    ADD CONSTRAINT scheduling_schedule_builder_id_a355decb_fk_accounts_user_id FOREIGN KEY (builder_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_seat
    ADD CONSTRAINT scheduling_seat_person_id_63f03651_fk_accounts_user_id FOREIGN KEY (person_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_seat
    ADD CONSTRAINT scheduling_seat_reservation_id_96fa311e_fk_schedulin FOREIGN KEY (reservation_id) REFERENCES public.scheduling_reservation(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_typeschedule
    ADD CONSTRAINT scheduling_typesched_schedule_id_de7db130_fk_schedulin FOREIGN KEY (schedule_id) REFERENCES public.scheduling_schedule(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_typeschedule
    ADD CONSTRAINT scheduling_typesched_session_type_id_bd25eead_fk_coaching_ FOREIGN KEY (session_type_id) REFERENCES public.coaching_sessiontype(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.scheduling_workedholiday
    ADD CONSTRAINT scheduling_workedhol_schedule_id_5ed417ce_fk_schedulin FOREIGN KEY (schedule_id) REFERENCES public.scheduling_schedule(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.usersessions_usersession
    ADD CONSTRAINT usersessions_usersession_user_id_af5e0a6d_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.waffle_flag_groups
    ADD CONSTRAINT waffle_flag_groups_flag_id_c11c0c05_fk_waffle_flag_id FOREIGN KEY (flag_id) REFERENCES public.waffle_flag(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.waffle_flag_groups
    ADD CONSTRAINT waffle_flag_groups_group_id_a97c4f66_fk_auth_group_id FOREIGN KEY (group_id) REFERENCES public.auth_group(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.waffle_flag_users
    ADD CONSTRAINT waffle_flag_users_flag_id_833c37b0_fk_waffle_flag_id FOREIGN KEY (flag_id) REFERENCES public.waffle_flag(id) DEFERRABLE INITIALLY DEFERRED;


ALTER TABLE ONLY public.waffle_flag_users
    ADD CONSTRAINT waffle_flag_users_user_id_8026df9b_fk_accounts_user_id FOREIGN KEY (user_id) REFERENCES public.accounts_user(id) DEFERRABLE INITIALLY DEFERRED;
