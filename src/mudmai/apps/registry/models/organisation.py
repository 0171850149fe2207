"""Organisations: ministries, provinces, local bodies; a tree in which rights reach downwards."""

from __future__ import annotations

from django.core.validators import RegexValidator
from django.db import models

from mudmai.core.language import Text

CODE = r"[a-z0-9][a-z0-9-]{0,38}[a-z0-9]"


class OrganisationKind(models.TextChoices):
    """What sort of body it is; says nothing about rights."""

    OPERATOR = "operator", "operator"
    MINISTRY = "ministry", "ministry"
    DEPARTMENT = "department", "department"
    PROVINCE = "province", "province"
    LOCAL = "local", "local"
    UNIVERSITY = "university", "university"
    COMPANY = "company", "company"
    CIVIC = "civic", "civic"
    OTHER = "other", "other"


KIND_TITLES = {
    "operator": Text("ผู้ดูแลระบบนี้", "operator of this site"),
    "ministry": Text("กระทรวง", "ministry"),
    "department": Text("กรมหรือหน่วยงานส่วนกลาง", "department or central agency"),
    "province": Text("จังหวัด", "province"),
    "local": Text("องค์กรปกครองส่วนท้องถิ่น", "local administration"),
    "university": Text("สถาบันการศึกษา", "university"),
    "company": Text("ภาคเอกชน", "private sector"),
    "civic": Text("ภาคประชาสังคม", "civil society"),
    "other": Text("อื่น ๆ", "other"),
}


class Organisation(models.Model):
    """``code`` is used in addresses and never changes; names may."""

    code = models.CharField(max_length=40, unique=True, validators=[RegexValidator(rf"^{CODE}$")])
    name_th = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200)
    kind = models.CharField(max_length=12, choices=OrganisationKind.choices, default=OrganisationKind.OTHER)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="children")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("code",)

    def __str__(self) -> str:
        return self.code

    @property
    def name(self) -> Text:
        """Its name in both languages."""
        return Text(self.name_th, self.name_en)

    @property
    def kind_title(self) -> Text:
        """Its kind in words."""
        return KIND_TITLES[self.kind]
