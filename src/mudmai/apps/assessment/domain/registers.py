"""Who keeps the register of a scheme, and what a criteria set says of it.

A register that feeds figures of a plan is kept by one organisation that the operator of the machine names: otherwise
anybody who may decide on files could raise a figure of the country.
"""

from __future__ import annotations

from django.db import transaction

from mudmai.apps.assessment.models import Certificate, RegisterHolder
from mudmai.apps.data.site import workspace
from mudmai.apps.registry.domain.audit import record
from mudmai.apps.registry.models import Organisation, Person
from mudmai.apps.registry.policy import Actor, Decision, NotAllowed, Operator, decide, line_of
from mudmai.core.criteria import CriteriaSet
from mudmai.core.errors import InputError, UnknownNameError
from mudmai.core.language import Text
from mudmai.workspace.criteria import criteria_sets, newest, version_order
from mudmai.workspace.home import Home

KEEP = "certificate.keep"


def holder_of(scheme: str) -> Organisation | None:
    """The organisation that keeps the register of a scheme; None where none was named."""
    row = RegisterHolder.objects.select_related("organisation").filter(scheme=scheme).first()
    return row.organisation if row else None


def keeper_of(certificate: Certificate) -> Organisation | None:
    """Who answers for a certificate: the holder of its register, else whose call it was decided in."""
    held = holder_of(certificate.scheme)
    if held is not None:
        return held
    decision = certificate.decision
    return decision.file.call.organisation if decision is not None else None


def decide_keep(person: Actor | None, certificate: Certificate) -> Decision:
    """May the person check, correct and withdraw this certificate?"""
    keeper = keeper_of(certificate)
    if keeper is None and not isinstance(person, Operator):
        text = Text("ยังไม่มีหน่วยงานใดได้รับมอบหมายให้ดูแลทะเบียนนี้", "no organisation was named to keep this register yet")
        return Decision(False, text, "no_organisation")
    return decide(person, KEEP, organisation=keeper)


def require_keep(person: Actor | None, certificate: Certificate) -> None:
    """As :func:`decide_keep`, but a refusal is raised as :class:`NotAllowed`."""
    decision = decide_keep(person, certificate)
    if not decision:
        raise NotAllowed(decision)


def require_register_of(criteria: CriteriaSet, organisation: Organisation) -> None:
    """May certificates of this set be granted in calls of ``organisation``? Refusals are :class:`InputError`.

    The holder of the register, and organisations below it; anybody where nobody holds it and no figure counts it.
    """
    held = holder_of(criteria.scheme)
    if held is not None:
        if held.pk not in line_of(organisation):
            raise InputError(
                Text(
                    f"ทะเบียนของ “{criteria.title.th}” ดูแลโดย{held.name_th} หน่วยงานอื่นออกใบรับรองในทะเบียนนี้ไม่ได้",
                    f"the register of “{criteria.title.en}” is kept by {held.name_en}; nobody else grants in it",
                ),
                remedy=Text(
                    "ให้หน่วยงานผู้ดูแลทะเบียนเป็นผู้เปิดรอบและตัดสิน", "have the holder of the register set up the call and decide"
                ),
                code="register_holder",
            )
        return
    if criteria.register is not None and criteria.register.series:
        raise InputError(
            Text(
                f"ทะเบียนของ “{criteria.title.th}” นับเป็นตัวชี้วัดของแผน แต่ยังไม่มีหน่วยงานผู้ดูแลทะเบียน",
                f"the register of “{criteria.title.en}” is counted in a plan, and no organisation keeps it yet",
            ),
            remedy=Text(
                f"ให้ผู้ดูแลเครื่องกำหนดด้วย mudmai assess register hold {criteria.scheme} หน่วยงาน",
                f"have the operator name it: mudmai assess register hold {criteria.scheme} ORGANISATION",
            ),
            code="register_holder",
        )


def hold_register(*, acting_user: Actor, scheme: str, organisation: Organisation) -> RegisterHolder:
    """Name the organisation that keeps the register of ``scheme``; the operator of the machine alone may do so."""
    if not isinstance(acting_user, Operator):
        text = Text("กำหนดได้จากเครื่องแม่ข่ายเท่านั้น", "this is set on the machine itself only")
        raise NotAllowed(Decision(False, text, "operator_only"))
    known = {one.scheme for one in criteria_sets(workspace().home)}
    known |= set(Certificate.objects.order_by().values_list("scheme", flat=True).distinct())
    if scheme not in known:
        raise UnknownNameError(Text("ทะเบียน", "register"), scheme, sorted(known))
    with transaction.atomic():
        before = holder_of(scheme)
        row, _ = RegisterHolder.objects.update_or_create(scheme=scheme, defaults={"organisation": organisation})
        if before is None or before.pk != organisation.pk:
            record(
                actor=acting_user, action="certificate.hold", organisation=organisation, object_kind="register",
                object_id=scheme, old={"organisation": before.code if before else None},
                new={"organisation": organisation.code},
            )  # fmt: skip
    return row


def criteria_of(scheme: str) -> CriteriaSet | None:
    """The newest set of a scheme that the workspace knows; None where its pack is gone."""
    return criteria_in(workspace().home, scheme)


def part_titles(scheme: str) -> dict[str, Text]:
    """Parts of a scheme by id, in words: of its newest set, and of older ones those that it has no longer."""
    newest_set = criteria_of(scheme)
    older = [one for one in criteria_sets(workspace().home) if one.scheme == scheme and one is not newest_set]
    titles: dict[str, Text] = {}
    for criteria in (*sorted(older, key=version_order), *([newest_set] if newest_set else [])):
        titles |= {part.id: part.title for part in criteria.parts}
    return titles


def criteria_in(home: Home, scheme: str) -> CriteriaSet | None:
    """The same in a workspace that is not open yet."""
    try:
        return newest(home, scheme)
    except UnknownNameError:
        return None


def scheme_title(scheme: str) -> Text:
    """The scheme in words; its id where its pack is gone."""
    found = criteria_of(scheme)
    return found.title if found else Text(scheme, scheme)


def registers_kept_by(person: Person) -> list[str]:
    """Schemes whose register the person may keep."""
    rows = RegisterHolder.objects.select_related("organisation").order_by("scheme")
    return [one.scheme for one in rows if decide(person, KEEP, organisation=one.organisation)]
