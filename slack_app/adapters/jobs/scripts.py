"""How a job in hand ends, in Lua: done, given up, or scheduled again (layout in __init__.py)."""

from __future__ import annotations

FINISH = """
-- Everything known of the job goes; the empty mark that stays makes Slack's repetitions do nothing.
redis.call('DEL', KEYS[1])
redis.call('HSET', KEYS[1], 'body', '')
redis.call('EXPIRE', KEYS[1], ARGV[4])
redis.call('ZREM', KEYS[3], ARGV[3])
redis.call('XACK', KEYS[2], ARGV[1], ARGV[2])
redis.call('XDEL', KEYS[2], ARGV[2])
-- Last, and allowed to fail: a count that is broken must not bring the job back for ever.
redis.pcall('HINCRBY', KEYS[4], ARGV[5], 1)
"""
DEAD_LETTER = (
    """
-- What is known of the job stays under another key, so that whatever still holds its id finds it done; without
-- the addresses under which its person could be answered, and nothing where it could not be read.
local is_stream = redis.call('TYPE', KEYS[6]).ok
is_stream = is_stream == 'stream' or is_stream == 'none'
if ARGV[7] ~= '' and redis.call('EXISTS', KEYS[1]) == 1 then
  redis.call('RENAME', KEYS[1], KEYS[5])
  redis.call('HSET', KEYS[5], 'body', ARGV[7])
  redis.call('EXPIRE', KEYS[5], ARGV[6])
end
if is_stream then redis.call('XADD', KEYS[6], 'MAXLEN', '~', 1000, '*', 'id', ARGV[3], 'reason', ARGV[8]) end
"""
    + FINISH
    + """
return is_stream and 1 or 0
"""
)
RETRY_AT = """
-- It was given to another worker meanwhile, which schedules it itself: scheduled twice, it would be done twice.
if redis.call('XACK', KEYS[2], ARGV[1], ARGV[2]) == 0 then return end
redis.call('XDEL', KEYS[2], ARGV[2])
redis.call('ZADD', KEYS[3], ARGV[4], ARGV[3])
-- An orderly end: the attempts that are counted are those in which a worker died.
redis.call('HSET', KEYS[1], 'attempts', 0)
if ARGV[6] == '1' then redis.call('HSET', KEYS[1], 'counted', 1) end
-- Whoever waits for their turn has not failed: the pause after the next failure does not grow by it.
if ARGV[5] == '1' and type(redis.pcall('HINCRBY', KEYS[1], 'retries', 1)) == 'table' then
  redis.call('HSET', KEYS[1], 'retries', 1)
end
-- It comes back only after its person is to be told that it takes longer: they are told at once.
local notify_at = redis.call('ZSCORE', KEYS[4], ARGV[3])
if notify_at and tonumber(ARGV[4]) > tonumber(notify_at) then redis.call('ZADD', KEYS[4], 0, ARGV[3]) end
"""
