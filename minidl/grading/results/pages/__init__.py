"""Reports as HTML: a page for each hand-in, and one for the whole class."""

from minidl.grading.results.pages.course import course_page
from minidl.grading.results.pages.student import student_page

__all__ = ["course_page", "student_page"]
