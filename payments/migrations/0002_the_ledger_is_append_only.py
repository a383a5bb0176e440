"""Refuses changes to entries and legs, and, at the end of a transaction, entries that do not balance."""

from django.db import migrations

FORBID = """
CREATE FUNCTION payments_ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'entries of the ledger are never changed or deleted' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments_ledgerentry
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_is_append_only();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments_ledgerleg
    FOR EACH STATEMENT EXECUTE FUNCTION payments_ledger_is_append_only();

CREATE FUNCTION payments_entry_balances(checked uuid) RETURNS void LANGUAGE plpgsql AS $$
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

CREATE FUNCTION payments_check_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM payments_entry_balances(NEW.id);
    RETURN NULL;
END $$;
CREATE FUNCTION payments_check_leg() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM payments_entry_balances(NEW.entry_id);
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON payments_ledgerentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_entry();
CREATE CONSTRAINT TRIGGER entry_balances AFTER INSERT ON payments_ledgerleg
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION payments_check_leg();

CREATE FUNCTION payments_account_is_fixed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'accounts of the ledger keep their kind, owner and currency' USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER account_is_fixed BEFORE UPDATE OF kind, owner_id, currency ON payments_ledgeraccount
    FOR EACH ROW WHEN ((OLD.kind, OLD.owner_id, OLD.currency) IS DISTINCT FROM (NEW.kind, NEW.owner_id, NEW.currency))
    EXECUTE FUNCTION payments_account_is_fixed();
"""
ALLOW = """
DROP TRIGGER account_is_fixed ON payments_ledgeraccount;
DROP TRIGGER entry_balances ON payments_ledgerleg;
DROP TRIGGER entry_balances ON payments_ledgerentry;
DROP TRIGGER append_only ON payments_ledgerleg;
DROP TRIGGER append_only ON payments_ledgerentry;
DROP FUNCTION payments_account_is_fixed();
DROP FUNCTION payments_check_leg();
DROP FUNCTION payments_check_entry();
DROP FUNCTION payments_entry_balances(uuid);
DROP FUNCTION payments_ledger_is_append_only();
"""


class Migration(migrations.Migration):
    dependencies = [("payments", "0001_ledger")]
    operations = [migrations.RunSQL(FORBID, ALLOW)]
