"""`manage.py mail_doctor ADDRESS`: finds out why mail does not leave or does not arrive."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from core.mail_doctor import checks
from core.mail_doctor.checks import Diagnosis, MailVerdict

MARKS = {MailVerdict.GOOD: "good", MailVerdict.LOOK: "look", MailVerdict.BAD: "BAD "}


class Command(BaseCommand):
    help = "Connects to the mail server, sends a test email to the address, and checks what DNS says about the sender."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("address", help="where the test email is sent to, best at another mail provider")
        parser.add_argument("--selector", default="", help="the name of the DKIM key, after s= in DKIM-Signature")
        parser.add_argument(
            "--nameserver", default="", help="ask this name server, such as 9.9.9.9, instead of the usual"
        )
        parser.add_argument("--no-dns", action="store_true", help="only connect and send")

    def handle(self, *args: Any, address: str, selector: str, nameserver: str, no_dns: bool, **options: Any) -> None:
        self.stdout.write(f"Mail is sent as {settings.DEFAULT_FROM_EMAIL}, from {settings.SITE_URL}.")
        results = [self._show(checks.connection())]
        if results[0].verdict is not MailVerdict.BAD:
            results.append(self._show(checks.sending(address)))
        if not no_dns:
            results += self._ask_dns(selector, nameserver)
        bad = sum(result.verdict is MailVerdict.BAD for result in results)
        if bad:
            raise CommandError(f"{bad} of {len(results)} checks found something wrong. What to do stands below each.")
        self.stdout.write(self.style.SUCCESS("Nothing is wrong here."))

    def _ask_dns(self, selector: str, nameserver: str) -> list[Diagnosis]:
        try:
            # It needs a package that only the extra `mail` installs.
            from core.mail_doctor.names import NameServers, NoAnswer
        except ImportError:
            missing = Diagnosis(
                MailVerdict.LOOK, "DNS was not asked.", "Install the extra: pip install -r requirements/mail.txt"
            )
            return [self._show(missing)]
        results = []
        for check in checks.all_of(NameServers(nameserver), selector):
            try:
                results.append(self._show(check()))
            except NoAnswer as error:
                diagnosis = Diagnosis(
                    MailVerdict.LOOK, f"DNS does not answer: {error}.", "Try again, or use --nameserver 9.9.9.9"
                )
                results.append(self._show(diagnosis))
        return results

    def _show(self, result: Diagnosis) -> Diagnosis:
        style = {
            MailVerdict.GOOD: self.style.SUCCESS,
            MailVerdict.LOOK: self.style.WARNING,
            MailVerdict.BAD: self.style.ERROR,
        }
        self.stdout.write(f"{style[result.verdict](MARKS[result.verdict])}  {result.text}")
        if result.advice:
            self.stdout.write(f"      {result.advice}")
        return result
