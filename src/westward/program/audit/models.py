"""The audit chain as tables: rows that triggers keep from being changed, and the head that writers queue for."""

from __future__ import annotations

from django.db import models

from westward.program.audit.chain import GENESIS, Row


class Entry(models.Model):
    """One audited act; the meaning of its fields is that of :class:`~westward.program.audit.chain.Row`."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=64)
    verb = models.CharField(max_length=64)
    target = models.CharField(max_length=96, blank=True)
    site = models.CharField(max_length=32, blank=True)
    purpose = models.CharField(max_length=16, blank=True)
    outcome = models.CharField(max_length=8)
    act_id = models.CharField(max_length=32, blank=True)
    detail = models.TextField()
    previous = models.CharField(max_length=64)
    digest = models.CharField(max_length=64, unique=True)

    class Meta:
        """Searched by time, actor and object."""

        indexes = (
            models.Index(fields=["at"], name="audit_at"),
            models.Index(fields=["actor", "seq"], name="audit_actor"),
            models.Index(fields=["target", "seq"], name="audit_target"),
        )

    def __str__(self) -> str:
        return f"{self.seq} {self.verb} {self.target}"

    def row(self) -> Row:
        """As the chain sees it."""
        return Row(**{name: getattr(self, name) for name in Row.__slots__})


class Head(models.Model):
    """The last row's number and digest; one row, locked while a row is added."""

    id = models.SmallIntegerField(primary_key=True, default=1)
    seq = models.BigIntegerField(default=0)
    digest = models.CharField(max_length=64, default=GENESIS)

    class Meta:
        """There is one head."""

        constraints = (models.CheckConstraint(condition=models.Q(id=1), name="audit_one_head"),)

    def __str__(self) -> str:
        return f"{self.seq} {self.digest}"
