"""Takes links to be polled, in Lua: round robin among the organizations, none more often than its budget allows.

Each organization stands in one sorted set, at the time when one of its links is due and it may be asked. Whoever has
waited longest comes first; one that was served, or that had to wait for its budget, goes behind those who wait.
"""

from __future__ import annotations

from slack_app.adapters.links.budget import ROOM

MOST_VISITED = 100
"""Organizations that one call looks at: it is one step for Redis, and what it leaves is for the next."""
SHARE = 3
"""So many times the free threads may be one organization's: alone three quarters, beside another three sevenths."""

TAKE = (
    ROOM
    + f"""
local now, per_second, at_once = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local most, prefix = tonumber(ARGV[4]), ARGV[6]
local held = cjson.decode(ARGV[8])
local taken, broken, waits, rooms = {{}}, {{}}, {{}}, {{}}
local function key_of(name, organization) return prefix .. name .. ':' .. organization end
local function first_of(key) return redis.call('ZRANGE', key, 0, 0, 'WITHSCORES') end
local function number(text, otherwise)
  local value = tonumber(text)
  if value and math.abs(value) < 1e15 then return value end  -- neither NaN nor Infinity is
  return otherwise
end
local function room_of(organization)
  rooms[organization] = rooms[organization] or room_for_polls(organization, now)
  return rooms[organization]
end
local function set_next_turn(organization, hurried, idle, left)
  -- Returns whether it is due at once.
  local first = math.min(tonumber(first_of(hurried)[2]) or math.huge, tonumber(first_of(idle)[2]) or math.huge)
  if first == math.huge then
    redis.call('ZREM', KEYS[1], organization)
    return false
  end
  local turn = math.max(first, now)
  if left < 1 then
    turn = math.max(turn, now + (1 - left) / per_second)
  elseif room_of(organization) < 1 then
    turn = math.max(turn, now + until_room(organization, now))
  end
  redis.call('ZADD', KEYS[1], turn, organization)
  return turn <= now
end
local function take_from(organization)
  -- Returns a link's id, and whether another one is due.
  -- A bucket of tokens for each organization, filled as time passes, for all workers together.
  local hurried, idle = key_of('hurried', organization), key_of('idle', organization)
  local budget = key_of('budget', organization)
  local known = redis.call('HMGET', budget, 'left', 'at', 'count')
  local passed = math.max(0, now - number(known[2], now))
  local left = math.min(at_once, number(known[1], at_once) + passed * per_second)
  local count, id = number(known[3], 0), nil
  if left >= 1 and room_of(organization) >= 1 then
    local first, other = first_of(hurried), first_of(idle)
    local is_due, is_other_due = first[1] and tonumber(first[2]) <= now, other[1] and tonumber(other[2]) <= now
    local from = is_due and hurried or idle
    -- Every fifth is for those whose person did not press anything, or they would never be polled.
    if is_due and is_other_due and count % 5 == 4 then from = idle end
    if is_due or is_other_due then
      id = from == hurried and first[1] or other[1]
      -- It comes back by itself if the worker that polls it dies.
      redis.call('ZADD', from, now + tonumber(ARGV[5]), id)
      table.insert(taken, {{id, organization, tostring(now - waits[organization])}})
      waits[organization] = now
      count_request(organization, 'poll', now, ARGV[7] .. #taken)
      left, count, rooms[organization] = left - 1, count + 1, room_of(organization) - 1
    end
  end
  redis.call('HSET', budget, 'left', tostring(left), 'at', ARGV[1], 'count', count)
  redis.call('EXPIRE', budget, 120)
  return id, set_next_turn(organization, hurried, idle, left)
end
local function mend(organization)
  local types = {{hurried = 'zset', idle = 'zset', budget = 'hash'}}
  for _, use in ipairs({{'link', 'poll', 'lookup'}}) do types['requests-' .. use] = 'zset' end
  for name, kind in pairs(types) do
    local key = key_of(name, organization)
    if redis.call('TYPE', key).ok ~= kind then redis.call('DEL', key) end
  end
end
-- The set in which versions before kept the organizations.
local before = redis.pcall('SPOP', KEYS[2], {MOST_VISITED})
if before.err then redis.call('DEL', KEYS[2]) end
for _, organization in ipairs(before) do redis.pcall('ZADD', KEYS[1], 'LT', now, organization) end
local waiting = redis.pcall('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'WITHSCORES', 'LIMIT', 0, {MOST_VISITED})
if waiting.err then
  redis.call('DEL', KEYS[1])
  return {{taken, {{''}}, 0}}  -- nobody's name: the order itself is to be made anew
end
local order = {{}}
for i = 1, #waiting, 2 do
  table.insert(order, waiting[i])
  waits[waiting[i]] = tonumber(waiting[i + 1])
end
-- One from each, then one more from each: as long as some are due, and threads are free for them.
while #order > 0 and #taken < most do
  local again = {{}}
  for _, organization in ipairs(order) do
    local in_hand = held[organization] or 0
    if #taken < most and in_hand < {SHARE} * (most - #taken) then
      -- One organization's broken records must hold up no other's links: what is of another type is nobody's, and goes.
      local is_whole, id, is_due = pcall(take_from, organization)
      if is_whole then
        if id then held[organization] = in_hand + 1 end
        if id and is_due then table.insert(again, organization) end
      else
        table.insert(broken, organization)
        mend(organization)
        redis.call('ZADD', KEYS[1], now + 1, organization)
      end
    end
  end
  order = again
end
return {{taken, broken, #waiting / 2}}
"""
)
"""KEYS: the order, the set of before. ARGV: now, polls a second, polls at once, how many free threads, how long a link
is nobody else's, the prefix of keys, a random word, JSON of how many links of which organization are in hand."""
