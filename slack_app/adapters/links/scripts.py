"""What is done to links in one step, in Lua: who may make one, whose turn it is, how it ended."""

from __future__ import annotations

CLAIM = """
-- Two jobs of one person for one tool, on two workers: the first makes the link, the second gets it.
-- What is neither a job's nor a link's is nobody's: taken for a link it could never be released.
for i = 1, #KEYS do
  local held = redis.pcall('GET', KEYS[i])
  local is_ours = type(held) == 'string' and (held:match('^job:.') or held:match('^link:.'))
  if is_ours and held ~= ARGV[1] then return held end
end
redis.call('SET', KEYS[1], ARGV[1], 'EX', ARGV[2])
return ''
"""
PUBLISH = """
-- The link with all that leads to it, in one step; it is polled when it expires, or earlier if it is brought.
local lives_ms, created_at, expires_at = tonumber(ARGV[5]), ARGV[7], ARGV[8]
local kept_ms = lives_ms + 1000 * tonumber(ARGV[6])
redis.call('HSET', KEYS[1], 'made', ARGV[2], 'owner', ARGV[3], 'organization', ARGV[4])
redis.call('PEXPIRE', KEYS[1], kept_ms)
redis.call('SET', KEYS[2], 'link:' .. ARGV[1], 'PX', lives_ms)
redis.call('ZADD', KEYS[3], created_at, ARGV[1])
redis.call('ZREMRANGEBYSCORE', KEYS[3], '-inf', created_at - ARGV[6])
redis.call('PEXPIRE', KEYS[3], kept_ms)
redis.call('ZADD', KEYS[4], expires_at, ARGV[1])
redis.call('ZADD', KEYS[5], 'LT', expires_at, ARGV[4])
local last = 5 + tonumber(ARGV[9])
for i = 6, last do
  redis.call('SADD', KEYS[i], ARGV[1])
  redis.call('PEXPIRE', KEYS[i], kept_ms)
end
if KEYS[last + 1] then
  redis.call('SET', KEYS[last + 1], 'link:' .. ARGV[1], 'PX', lives_ms)
  redis.call('ZREM', KEYS[last + 2], ARGV[10])
  redis.call('ZREM', KEYS[last + 3], ARGV[10])
end
"""
NOTE_BROUGHT = """
-- A count that is broken must not keep anybody from their link.
if ARGV[9] ~= '' then
  redis.pcall('HINCRBY', KEYS[6], ARGV[9], 1)
  redis.pcall('HINCRBYFLOAT', KEYS[6], 'sum', ARGV[10])
end
-- A link whose record is gone is polled no more; one that has ended meanwhile, whoever brought it tells its person.
local owner, before, outcome = unpack(redis.call('HMGET', KEYS[1], 'owner', 'dm', 'outcome'))
if not owner then return {'', 0} end
-- Where this is done again, another message may have taken the link's place since.
if ARGV[2] ~= '' and (ARGV[3] == '1' or not before) then redis.call('HSET', KEYS[1], 'dm', ARGV[2]) end
if outcome then return {before or '', 1} end
redis.call('ZREM', KEYS[3], ARGV[1])
redis.call('ZADD', KEYS[2], ARGV[4], ARGV[1])
redis.call('ZADD', KEYS[4], 'LT', ARGV[4], ARGV[5])
if ARGV[6] ~= '' then
  redis.call('RPUSH', KEYS[5], ARGV[6])
  redis.call('LTRIM', KEYS[5], -ARGV[7], -1)
  redis.call('EXPIREAT', KEYS[5], ARGV[8])
end
return {before or '', 0}
"""
WRITE = """
-- A record that is gone meanwhile stays gone: what were written then would have no end.
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
return redis.call(ARGV[1], KEYS[1], unpack(ARGV, 2))
"""
SWAP = """
-- Of a record that is gone likewise.
if redis.call('EXISTS', KEYS[1]) == 0 then return false end
local before = redis.call('HGET', KEYS[1], ARGV[1])
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
return before
"""
TAKE_TURN = """
-- First come, first served among those who still ask: whoever does not is no more before anybody, and comes back to
-- the place that the time of the request gives.
local now, oldest = tonumber(ARGV[3]), tonumber(ARGV[3]) - tonumber(ARGV[4])
redis.call('ZADD', KEYS[2], 'NX', ARGV[2], ARGV[1])
redis.call('ZADD', KEYS[3], now, ARGV[1])
redis.call('EXPIRE', KEYS[2], ARGV[5])
redis.call('EXPIRE', KEYS[3], ARGV[5])
local held = redis.pcall('GET', KEYS[1])
local is_ours = type(held) == 'string' and (held:match('^job:.') or held:match('^link:.'))
if is_ours and held ~= 'job:' .. ARGV[1] then return 0 end
local first = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
while first ~= ARGV[1] do
  local asked = redis.call('ZSCORE', KEYS[3], first)
  if asked and tonumber(asked) > oldest then return 0 end
  redis.call('ZREM', KEYS[2], first)
  redis.call('ZREM', KEYS[3], first)
  first = redis.call('ZRANGE', KEYS[2], 0, 0)[1]
end
redis.call('SET', KEYS[1], 'job:' .. ARGV[1], 'EX', ARGV[4])
return 1
"""
RELEASE = """
-- Only what the caller still holds: it may have run out, and be somebody else's by now.
for i = 1, #KEYS do
  if redis.pcall('GET', KEYS[i]) == ARGV[1] then redis.call('DEL', KEYS[i]) end
end
"""
MARK_FINISHED = """
-- A press, a poll and the expiry may end a link at once: the first does, and its outcome is told.
if redis.call('HEXISTS', KEYS[1], 'owner') == 0 then return 0 end
if redis.call('HSETNX', KEYS[1], 'outcome', ARGV[2]) == 0 then return 0 end
-- A newer link may hold these by now.
for i = 3, #KEYS do
  if redis.pcall('GET', KEYS[i]) == 'link:' .. ARGV[1] then redis.call('DEL', KEYS[i]) end
end
redis.pcall('HINCRBY', KEYS[2], ARGV[3], 1)
return 1
"""
CORRECT = """
-- Two workers may find it at once: the first tells the person.
local before = redis.call('HGET', KEYS[1], 'outcome')
if not before then return 0 end
local was_connected = string.find(before, '"' .. ARGV[2] .. '"', 1, true)
-- What was connected without a word of the account gets that, and does not count twice.
if was_connected and not string.find(before, '"connection": null', 1, true) then return 0 end
redis.call('HSET', KEYS[1], 'outcome', ARGV[1])
if not was_connected then redis.pcall('HINCRBY', KEYS[2], ARGV[2], 1) end
return 1
"""
