"""The classes of records, each described once as data: what it holds, under which NIEM names, and which kind of data
each field is. Reading, validation, disclosure, pages and exports all go by the description."""

from .catalogue import CLASSES, described
from .fields import Field, Kind, RecordClass

__all__ = ["CLASSES", "Field", "Kind", "RecordClass", "described"]
