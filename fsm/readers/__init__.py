"""What the world writes: users and policies as an admin exports them; logs, traces and records of conversations.

``fsm.readers.log.Log`` opens whatever there is; a reader of one format is a function over a file:

    from fsm.readers.graph import callrecords
    from fsm.readers.notes import Noted

    for line, row in callrecords.read(file, Noted("calls.json", "record")):
        ...
"""
