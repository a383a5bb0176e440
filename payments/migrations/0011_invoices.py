"""Invoices with what they are made of. The database refuses to change one, and to delete one before its time."""

import core.ids
import core.models
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.datetime
import payments.invoices.countries
from django.conf import settings
from django.db import migrations, models


FORBID = """
CREATE FUNCTION payments_invoices_are_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND OLD.keep_until < CURRENT_DATE THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'invoices are never changed, and kept until %', OLD.keep_until
        USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON payments_invoice
    FOR EACH ROW EXECUTE FUNCTION payments_invoices_are_append_only();

CREATE FUNCTION payments_numbers_follow_each_other() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.last_number <> OLD.last_number + 1 OR (NEW.prefix, NEW.owner_id) IS DISTINCT FROM (OLD.prefix, OLD.owner_id)
    THEN
        RAISE EXCEPTION 'the numbers of series % follow each other', OLD.prefix
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER numbers_follow_each_other BEFORE UPDATE ON payments_invoiceseries
    FOR EACH ROW EXECUTE FUNCTION payments_numbers_follow_each_other();
"""
ALLOW = """
DROP TRIGGER numbers_follow_each_other ON payments_invoiceseries;
DROP FUNCTION payments_numbers_follow_each_other();
DROP TRIGGER append_only ON payments_invoice;
DROP FUNCTION payments_invoices_are_append_only();
"""


class Migration(migrations.Migration):

    dependencies = [
        ('payments', '0010_fees_of_payments'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='BuyerProfile',
            fields=[
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('street', models.CharField(max_length=120, verbose_name='street and number')),
                ('more', models.CharField(blank=True, max_length=120, verbose_name='second line of the address')),
                ('postal_code', models.CharField(blank=True, max_length=20)),
                ('city', models.CharField(max_length=80, verbose_name='town')),
                ('country', models.CharField(choices=payments.invoices.countries.choices, max_length=2)),
                ('vat_number', models.CharField(blank=True, max_length=20, verbose_name='VAT number')),
                ('owner', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='buyer_profile', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='InvoiceSeries',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('prefix', models.CharField(max_length=10, unique=True, validators=[django.core.validators.RegexValidator('^[A-Z0-9]{2,10}$', 'Use 2 to 10 capital letters and digits.')])),
                ('last_number', models.PositiveIntegerField(default=0)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name_plural': 'invoice series',
                'ordering': ['prefix'],
            },
        ),
        migrations.CreateModel(
            name='TaxKind',
            fields=[
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=60, unique=True)),
                ('slug', models.SlugField(max_length=30, unique=True)),
                ('remote_place', models.CharField(choices=[('buyer', 'The buyer’s country'), ('seller', 'The seller’s country')], default='buyer', help_text='For buyers without a VAT number. With one, it is always the buyer’s country.', max_length=6, verbose_name='taxed online in')),
                ('is_standard', models.BooleanField(default=False, help_text='Used where a seller or a session type names no kind.')),
            ],
            options={
                'ordering': ['name'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('is_standard', True)), fields=('is_standard',), name='one_standard_tax_kind', violation_error_message='Another kind is the standard already.')],
            },
        ),
        migrations.CreateModel(
            name='Invoice',
            fields=[
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('kind', models.CharField(choices=[('invoice', 'Invoice'), ('credit_note', 'Credit note')], max_length=11)),
                ('key', models.CharField(max_length=120, unique=True)),
                ('sequence', models.PositiveIntegerField()),
                ('number', models.CharField(max_length=24, unique=True)),
                ('issued_on', models.DateField()),
                ('keep_until', models.DateField()),
                ('currency', models.CharField(max_length=3, validators=[core.models.validate_currency])),
                ('net', models.DecimalField(decimal_places=4, max_digits=14)),
                ('tax', models.DecimalField(decimal_places=4, max_digits=14)),
                ('gross', models.DecimalField(decimal_places=4, max_digits=14)),
                ('place', models.CharField(choices=[('remote', 'Online'), ('at_seller', 'In person, at the seller’s place'), ('at_buyer', 'In person, at the buyer’s place')], max_length=10)),
                ('tax_country', models.CharField(max_length=2)),
                ('document', models.JSONField()),
                ('buyer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('corrects', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='credit_notes', to='payments.invoice')),
                ('payment', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='payments.payment')),
                ('seller', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('series', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='invoices', to='payments.invoiceseries')),
            ],
            options={
                'ordering': ['-issued_on', '-id'],
                'indexes': [models.Index(fields=['seller', '-issued_on', '-id'], name='invoices_of_seller'), models.Index(fields=['buyer', '-issued_on', '-id'], name='invoices_of_buyer'), models.Index(fields=['keep_until'], name='invoices_by_end')],
                'constraints': [models.UniqueConstraint(fields=('series', 'sequence'), name='one_invoice_of_a_number'), models.CheckConstraint(condition=models.Q(('gross', django.db.models.expressions.CombinedExpression(models.F('net'), '+', models.F('tax'))), ('gross__gt', 0), ('net__gte', 0), ('tax__gte', 0)), name='invoice_sums_are_possible'), models.CheckConstraint(condition=models.Q(models.Q(('corrects', None), ('kind', 'invoice')), models.Q(('corrects__isnull', False), ('kind', 'credit_note')), _connector='OR'), name='a_credit_note_has_its_invoice')],
            },
        ),
        migrations.CreateModel(
            name='SellerProfile',
            fields=[
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=120)),
                ('street', models.CharField(max_length=120, verbose_name='street and number')),
                ('more', models.CharField(blank=True, max_length=120, verbose_name='second line of the address')),
                ('postal_code', models.CharField(blank=True, max_length=20)),
                ('city', models.CharField(max_length=80, verbose_name='town')),
                ('country', models.CharField(choices=payments.invoices.countries.choices, max_length=2)),
                ('vat_number', models.CharField(blank=True, max_length=20, verbose_name='VAT number')),
                ('tax_number', models.CharField(blank=True, max_length=30, verbose_name='tax number')),
                ('is_small_business', models.BooleanField(default=False, verbose_name='small business without VAT')),
                ('number_prefix', models.CharField(max_length=10, validators=[django.core.validators.RegexValidator('^[A-Z0-9]{2,10}$', 'Use 2 to 10 capital letters and digits.')], verbose_name='beginning of invoice numbers')),
                ('agreed_at', models.DateTimeField(blank=True, null=True)),
                ('owner', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='seller_profile', to=settings.AUTH_USER_MODEL)),
                ('tax_kind', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payments.taxkind')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('owner',), name='one_seller_profile_of_an_owner', nulls_distinct=False), models.CheckConstraint(condition=models.Q(('is_small_business', False), models.Q(('tax_number', ''), ('vat_number', ''), _negated=True), _connector='OR'), name='a_small_business_has_a_number', violation_error_message='A small business needs a tax number or a VAT number.')],
            },
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('created_at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), editable=False)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('id', models.UUIDField(default=core.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('country', models.CharField(choices=payments.invoices.countries.choices, max_length=2)),
                ('category', models.CharField(choices=[('S', 'Taxed at a rate'), ('Z', 'Taxed at 0 %'), ('E', 'Exempt from tax'), ('O', 'Not subject to tax')], default='S', max_length=2)),
                ('percent', models.DecimalField(decimal_places=2, default=0, max_digits=5, validators=[django.core.validators.MinValueValidator(0), django.core.validators.MaxValueValidator(100)])),
                ('reason', models.CharField(blank=True, help_text='Printed where no tax is charged, such as the exemption.', max_length=200)),
                ('valid_from', models.DateField()),
                ('kind', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rates', to='payments.taxkind')),
            ],
            options={
                'ordering': ['country', 'kind', '-valid_from'],
                'constraints': [models.UniqueConstraint(fields=('kind', 'country', 'valid_from'), name='one_tax_rate_from_a_day'), models.CheckConstraint(condition=models.Q(models.Q(('category', 'S'), ('percent__gt', 0)), models.Q(models.Q(('category', 'S'), _negated=True), ('percent', 0)), _connector='OR'), name='a_tax_rate_has_its_percent', violation_error_message='Only what is taxed at a rate has a percentage above 0.'), models.CheckConstraint(condition=models.Q(('category__in', ['S', 'Z']), models.Q(('reason', ''), _negated=True), _connector='OR'), name='no_tax_has_its_reason', violation_error_message='Give the reason why no tax is charged.')],
            },
        ),
        migrations.RunSQL(FORBID, ALLOW),
    ]
