from fsm.hosts.sql.sync import Host
