-- One turn: whole, or nothing of it. It reads and refuses first; from the first write on nothing can fail.
-- KEYS: conversation, outbox, due, timers, line, open, counters; then where codes are kept once closed: the one opened,
-- the one closed, those forgotten. ARGV names them below; then parcels, codes forgotten, timers (member, time), counters.
-- Returns 2 * tail (+ 1 when the lease is ours), -1 when the conversation moved on, -2 when the code is taken.
local chat, outbox, due, timers, line, open, counters = unpack(KEYS, 1, 7)
local key, before, session, owner, lease_end, keep, longest, log_length = unpack(ARGV, 1, 8)
local opened, escalation, opened_at, closed, closed_keep, forget = unpack(ARGV, 9, 14)
local parcels, codes, marks, at = tonumber(ARGV[15]), tonumber(ARGV[16]), tonumber(ARGV[17]), 18
local pulled = log_length ~= '0'

local version, tail, lease, kept, asked = unpack(redis.call('HMGET', chat, 'v', 't', 'l', 'k', 'x'))
if (version or '0') ~= before then return -1 end
if opened ~= '' and (redis.call('HEXISTS', open, opened) == 1 or redis.call('EXISTS', KEYS[8]) == 1) then return -2 end
tail = tonumber(tail or 0) + parcels

if forget == '1' then
  if pulled then redis.call('DEL', outbox) end
  for i = 1, codes do
    local code = ARGV[at + parcels + i - 1]
    redis.call('HDEL', open, code)
    redis.call('ZREM', line, code)
    redis.call('DEL', KEYS[#KEYS - codes + i])
  end
  for _, member in ipairs(redis.call('ZRANGE', timers, 0, -1)) do
    if string.sub(member, 1, #key + 1) == key .. '\n' then redis.call('ZREM', timers, member) end
  end
  redis.call('HDEL', chat, 'x')
  asked = false
end

local fields, ours, life = {'v', before + 1, 's', session}, 0, keep
if parcels > 0 then
  local length = redis.call('RPUSH', outbox, unpack(ARGV, at, at + parcels - 1))
  table.insert(fields, 't')
  table.insert(fields, tail)
  if pulled then
    redis.call('LTRIM', outbox, -log_length, -1)
  elseif length == parcels then
    -- Parcels of earlier turns go first: whoever holds them, or takes them over, gets these with them.
    ours = 1
    table.insert(fields, 'l')
    table.insert(fields, owner)
    redis.call('ZADD', due, lease_end, key)
  end
end
if pulled then
  redis.call('EXPIRE', outbox, keep)
elseif parcels > 0 or lease then
  -- What waits to be sent outlives a short session; `k` is the session's own time, for when all is sent.
  life = longest
end
if life ~= keep then
  table.insert(fields, 'k')
  table.insert(fields, keep)
elseif kept then
  redis.call('HDEL', chat, 'k')
end
if opened ~= '' then
  table.insert(fields, 'x')
  table.insert(fields, asked and (asked .. ' ' .. opened) or opened)
  redis.call('HSET', open, opened, escalation)
  redis.call('ZADD', line, opened_at, opened)
end
redis.call('HSET', chat, unpack(fields))
redis.call('EXPIRE', chat, life)

local body = closed ~= '' and redis.call('HGET', open, closed)
if body then
  redis.call('HDEL', open, closed)
  redis.call('ZREM', line, closed)
  redis.call('SET', KEYS[#KEYS], body, 'EX', closed_keep)
end
at = at + parcels + codes
for i = at, at + 2 * marks - 1, 2 do
  if ARGV[i + 1] == '0' then
    redis.call('ZREM', timers, ARGV[i])
  else
    redis.call('ZADD', timers, ARGV[i + 1], ARGV[i])
  end
end
for i = at + 2 * marks, #ARGV do
  redis.call('HINCRBY', counters, ARGV[i], 1)
end
return 2 * tail + ours
