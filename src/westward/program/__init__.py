"""The clinic: the Django project that a program runs on, installed with the ``program`` extra.

Layers, each importing only those before it::

    folder, database, serving   plain Python: where the data lies, which database, how it is bound (no Django)
    audit                       the append-only chain of every write and every chart read
    acts                        the shape of one act: authorize, validate, write, audit, in one transaction
    accounts                    people who sign in, sites, roles, set-up links, break-glass
    oversight                   pages of the privacy officer: the audit log, reviews of broken glass
    config                      settings, addresses, middleware
    server, worker, backup      what the commands call
"""
