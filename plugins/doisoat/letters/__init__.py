"""Draft letters that remind agencies (công văn đôn đốc): an officer edits, numbers and signs them.

Contents from a published night; as DOCX to edit and as PDF to look at. A machine mail is a notice, a letter is not: it
goes out under a number and a signature (NĐ 30/2020/NĐ-CP), which are left open.
"""
