-- The tables of a case that don't depend on a source. Times are µs since 1970 UTC; names and meaning: ARCHITECTURE.md.
CREATE TABLE meta (key VARCHAR NOT NULL, value VARCHAR);
CREATE TABLE evidence (
  ordinal INTEGER NOT NULL, argument VARCHAR NOT NULL, path VARCHAR NOT NULL, member VARCHAR NOT NULL,
  kind VARCHAR, size BIGINT, sha256 VARCHAR, outer_sha256 VARCHAR, state VARCHAR, reason VARCHAR,
  framing VARCHAR, offset_us BIGINT, simulated BOOLEAN, told VARCHAR, dates VARCHAR);
CREATE TABLE ledger (
  evidence INTEGER NOT NULL, seq INTEGER NOT NULL, start_off BIGINT, end_off BIGINT,
  records BIGINT, events BIGINT, rejects BIGINT,
  header_bytes BIGINT, separator_bytes BIGINT, comment_bytes BIGINT, blank_bytes BIGINT, lines BIGINT, hash_at BIGINT, prefix VARCHAR);
CREATE TABLE ledger_sources (evidence INTEGER, source VARCHAR, shape VARCHAR, events BIGINT);
CREATE TABLE warnings (evidence INTEGER, code VARCHAR, count BIGINT, first_event BIGINT);
CREATE TABLE rejects (
  evidence INTEGER NOT NULL, byte_offset BIGINT, byte_len INTEGER, line_no INTEGER,
  code VARCHAR, detail VARCHAR, raw VARCHAR, base64 BOOLEAN);
CREATE TABLE events (
  event_id BIGINT NOT NULL, ts_us BIGINT, ts_quality INTEGER, seen_us BIGINT,
  source VARCHAR, action VARCHAR, operation VARCHAR, outcome VARCHAR, outcome_code VARCHAR, message VARCHAR,
  actor VARCHAR, actor_id VARCHAR, actor_type VARCHAR,
  src_ip VARCHAR, src_ip_hi BIGINT, src_ip_lo BIGINT, host VARCHAR,
  target_type VARCHAR, target_id VARCHAR, target_name VARCHAR,
  record_id VARCHAR, line_no INTEGER, byte_len INTEGER, dup_key BIGINT);
CREATE TABLE flows (
  event_id BIGINT NOT NULL, src_port INTEGER, dst_ip VARCHAR, dst_ip_hi BIGINT, dst_ip_lo BIGINT, dst_port INTEGER,
  proto INTEGER, bytes_out BIGINT, bytes_in BIGINT, packets BIGINT, duration_us BIGINT,
  direction VARCHAR, verdict VARCHAR, uid VARCHAR, community_id VARCHAR);
CREATE TABLE dns (event_id BIGINT NOT NULL, query VARCHAR, type VARCHAR, rcode VARCHAR, answers VARCHAR, server_ip VARCHAR);
CREATE TABLE web (event_id BIGINT NOT NULL, method VARCHAR, host VARCHAR, path VARCHAR, user_agent VARCHAR, status INTEGER, bytes_out BIGINT);
CREATE TABLE processes (
  event_id BIGINT NOT NULL, path VARCHAR, command_line VARCHAR, pid BIGINT,
  parent_path VARCHAR, parent_command_line VARCHAR, sha256 VARCHAR);
CREATE TABLE parts (event_id BIGINT NOT NULL, part_of VARCHAR);
CREATE TABLE counts (event_id BIGINT NOT NULL, n BIGINT);
CREATE TABLE duplicates (event_id BIGINT NOT NULL, of_event BIGINT NOT NULL, conflict BOOLEAN NOT NULL, part BOOLEAN NOT NULL);
CREATE TABLE entities (event_id BIGINT NOT NULL, kind VARCHAR, value VARCHAR, role VARCHAR);
CREATE TABLE native_fields (source VARCHAR, name VARCHAR);
CREATE TABLE findings (
  finding_id VARCHAR, rule VARCHAR, title VARCHAR, author VARCHAR, level VARCHAR,
  first_us BIGINT, last_us BIGINT, count BIGINT, json VARCHAR);
CREATE TABLE finding_events (finding_id VARCHAR, event_id BIGINT);
