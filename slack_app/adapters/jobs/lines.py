"""The scripts that put jobs into their lines and take them out again, each tenant in turn (layout in __init__.py).

The keys of lines are built in the scripts: all are in one slot. A script may read a group's entries as long as it does
not block: https://github.com/redis/redis/pull/12596.
"""

from __future__ import annotations

from slack_app.adapters.heartbeat import COUNT_ALIVE, COUNT_SILENT
from slack_app.adapters.jobs import KEYS

MOST_LOOKED_AT = 1000
"""Lines whose first job is looked at for how long it has waited."""
MOST_WOKEN = 16
"""So many workers are woken at a time; each of them takes until nothing waits."""

LINES = f"""
local prefix = '{KEYS}'

-- A line that is no list (somebody has written there by hand) is moved aside, or it would hold up what waits behind it.
-- What it is, is asked: another command also fails where the memory is full, and then the line is whole.
local function set_aside_unless_list(line)
  local kind = redis.call('TYPE', line).ok
  if kind ~= 'list' and kind ~= 'none' then redis.call('RENAME', line, line .. ':broken') end
end

-- The lane and the tenant of a job; of what version 0.1 wrote, the workspace with which its id begins.
local function line_of(id)
  local line = redis.pcall('HGET', prefix .. 'job:' .. id, 'line')
  local lane, tenant = string.match(type(line) == 'string' and line or '', '^(%l+):(.*)$')
  if lane == 'person' or lane == 'background' then return lane, tenant end
  return 'person', string.match(id, '^[^:]*')
end

-- After a number that is too large (somebody has written there by hand) none is larger: all are numbered anew.
local function last_turn(ring)
  local last = redis.call('ZREVRANGE', ring, 0, 0, 'WITHSCORES')[2] or 0
  if string.find(last, 'inf') or tonumber(last) >= 2^52 then
    local tenants = redis.call('ZRANGE', ring, 0, -1)
    for turn, tenant in ipairs(tenants) do redis.call('ZADD', ring, turn, tenant) end
    return #tenants
  end
  return last
end

-- `push` is RPUSH, or LPUSH for what was begun before. A tenant that had nothing waiting comes last in the ring.
local function put(push, id, lane, tenant)
  local line, ring = prefix .. 'line:' .. lane .. ':' .. tenant, prefix .. 'ring:' .. lane
  local turn = last_turn(ring) + 1 -- the first that can fail: nothing is written then
  set_aside_unless_list(line)
  redis.call(push, line, id)
  redis.call('ZADD', ring, 'NX', turn, tenant)
  local woken = redis.pcall('LLEN', prefix .. 'wake')
  if type(woken) == 'number' and woken < {MOST_WOKEN} then redis.call('RPUSH', prefix .. 'wake', '1') end
end
"""

ENQUEUE = (
    LINES
    + COUNT_ALIVE
    + """
local is_probe = ARGV[5] == 'probe'
local probes = {KEYS[1], prefix .. 'line:probe:', prefix .. 'ring:probe'}
-- What one left that was refused in the middle. Else nothing is written before what a full Redis refuses.
if is_probe and redis.call('EXISTS', unpack(probes)) > 0 then redis.call('DEL', unpack(probes)) end
-- The same request again, from Slack or from somebody who captured it, is the same job: it is written once.
if redis.call('HEXISTS', KEYS[1], 'body') == 1 then return {0, workers_alive(), 0} end
put('RPUSH', ARGV[1], ARGV[5], ARGV[6])
redis.call('HSET', KEYS[1], 'body', ARGV[2], 'line', ARGV[5] .. ':' .. ARGV[6])
redis.call('EXPIRE', KEYS[1], ARGV[4])
if ARGV[3] ~= '' then redis.call('ZADD', KEYS[2], ARGV[3], ARGV[1]) end
if is_probe then -- whatever writing a job takes was tried; nobody is woken for it, and nothing stays
  redis.call('ZREM', KEYS[2], ARGV[1])
  redis.call('RPOP', prefix .. 'wake')
  redis.call('DEL', unpack(probes))
end
local waiting = redis.call('ZCARD', prefix .. 'ring:person') + redis.call('ZCARD', prefix .. 'ring:background')
return {1, workers_alive(), waiting}
"""
)
TAKE = (
    LINES
    + """
local stream, group, consumer = KEYS[1], ARGV[1], ARGV[2]
local held = {}
for i = 5, #ARGV do held[ARGV[i]] = true end

local function lease()
  local found = redis.call('XREADGROUP', 'GROUP', group, consumer, 'COUNT', 1, 'STREAMS', stream, '>')
  if not found or not found[1] then return nil end
  return (found[2] or found[1][2])[1] -- fakeredis answers as its client's protocol has it, Redis always by pairs
end

-- A Redis whose memory is full gives none: what is done of a job could not be noted, and each start would count. Once a
-- script has written, it is refused nothing more, so this comes first. It changes nothing: nobody is called so.
redis.call('ZADD', prefix .. 'ring:' .. ARGV[3], 'XX', 0, '')

-- Whoever has had a turn, or may not have one now, goes to the end of the ring: no more are looked at than are held.
local function next_in(lane)
  local ring = prefix .. 'ring:' .. lane
  local turn = last_turn(ring)
  for _ = 1, redis.call('ZCARD', ring) do
    local tenant = redis.call('ZRANGE', ring, 0, 0)[1]
    turn = turn + 1
    redis.call('ZADD', ring, turn, tenant)
    if not held[tenant] then
      local line = prefix .. 'line:' .. lane .. ':' .. tenant
      set_aside_unless_list(line)
      local id = redis.call('LPOP', line)
      if redis.call('EXISTS', line) == 0 then redis.call('ZREM', ring, tenant) end
      if id then return id end
    end
  end
end

-- First what an earlier version put on the stream; what is leased here and never arrives is stale after a while.
local entry = lease()
if not entry then
  local id = next_in(ARGV[3]) or next_in(ARGV[4])
  if id then
    redis.call('XADD', stream, '*', 'id', id)
    entry = lease()
  end
end
local left = redis.call('ZCARD', prefix .. 'ring:person') + redis.call('ZCARD', prefix .. 'ring:background')
if left == 0 then redis.call('DEL', prefix .. 'wake') end
if not entry then return {left} end
local id = entry[2] and entry[2][1] == 'id' and entry[2][2] or ''
local _, tenant = line_of(id)
-- The start is counted before it is made, or what takes its process down would be begun for ever.
local stored, key = {}, prefix .. 'job:' .. id
if type(redis.pcall('HINCRBY', key, 'attempts', 1)) == 'number' then stored = redis.call('HGETALL', key) end
return {left, tenant, entry[1], id, stored}
"""
)
REQUEUE_DUE = (
    LINES
    + """
-- In its line before it leaves the sorted set, in one script: a job is always in one of them, and never in both.
local due = redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', ARGV[1], 'LIMIT', 0, 100)
for _, id in ipairs(due) do
  put('RPUSH', id, line_of(id))
  redis.call('ZREM', KEYS[1], id)
end
return #due
"""
)
REQUEUE_STALE = (
    LINES
    + """
-- What was begun comes before what was not: to the head of its line, the first of all last.
local claimed = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], 'COUNT', 100)
local stale = claimed[2]
for i = #stale, 1, -1 do
  if stale[i] then
    local id = stale[i][2] and stale[i][2][1] == 'id' and stale[i][2][2] or ''
    put('LPUSH', id, line_of(id))
    redis.call('XACK', KEYS[1], ARGV[1], stale[i][1])
    redis.call('XDEL', KEYS[1], stale[i][1])
  end
end
return {#stale, claimed[1]}
"""
)
PUT_BACK = (
    LINES
    + """
-- To the head of its line: it is the next of its tenant's still. What was not begun does not count as a start.
put('LPUSH', ARGV[3], line_of(ARGV[3]))
redis.call('XACK', KEYS[1], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[1], ARGV[2])
redis.pcall('HINCRBY', prefix .. 'job:' .. ARGV[3], 'attempts', -1)
"""
)
COUNT = (
    LINES
    + COUNT_ALIVE
    + COUNT_SILENT
    + f"""
local waiting, looked, oldest = 0, 0, 0
local time = redis.call('TIME')
local now = time[1] + time[2] / 1e6

-- Since when the job at the head of a line has waited. One that is tried again has not waited for a worker so long; and
-- where a thousand tenants wait, one more makes no difference.
local function look_at_head(line)
  looked = looked + 1
  local id = looked <= {MOST_LOOKED_AT} and redis.pcall('LINDEX', line, 0)
  local stored = type(id) == 'string' and redis.pcall('HMGET', prefix .. 'job:' .. id, 'body', 'retries')
  if not stored or stored.err or stored[2] or not stored[1] then return end
  local is_read, job = pcall(cjson.decode, stored[1])
  local accepted_at = is_read and type(job) == 'table' and tonumber(job.accepted_at)
  if accepted_at then oldest = math.max(oldest, now - accepted_at) end
end

for _, lane in ipairs({{'person', 'background'}}) do
  for _, tenant in ipairs(redis.call('ZRANGE', prefix .. 'ring:' .. lane, 0, -1)) do
    local length = redis.pcall('LLEN', prefix .. 'line:' .. lane .. ':' .. tenant)
    if type(length) == 'number' then
      waiting = waiting + length
      look_at_head(prefix .. 'line:' .. lane .. ':' .. tenant)
    end
  end
end
-- What is due again, and nobody brings back into its line, waits for a worker, too.
local due = redis.call('ZRANGE', KEYS[2], 0, 0, 'WITHSCORES')[2]
if due then oldest = math.max(oldest, now - due) end
return {{waiting, redis.call('XLEN', KEYS[1]), redis.call('ZCARD', KEYS[2]), workers_alive(), tostring(oldest),
  workers_silent()}}
"""
)
REJOIN = (
    LINES
    + """
-- The ring was lost: whoever has a line that is not empty comes into it again.
if redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('ZADD', prefix .. 'ring:' .. ARGV[1], 'NX', last_turn(prefix .. 'ring:' .. ARGV[1]) + 1, ARGV[2])
end
"""
)
