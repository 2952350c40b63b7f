-- Shared by the scripts that change an outbox: KEYS are the conversation, its outbox, the partition's due times.
local chat, outbox, due = KEYS[1], KEYS[2], KEYS[3]
local key = ARGV[1]

local function settle(keep)
  redis.call('DEL', outbox)
  redis.call('HDEL', chat, 'l', 'f', 'd', 'q')
  redis.call('ZREM', due, key)
  if keep then redis.call('EXPIRE', chat, keep) end
end

-- What is in an outbox that was empty waits from now on, and nobody holds a lease on it.
local function wait(now, longest, lease_ms)
  local life = redis.call('TTL', chat)
  redis.call('HSET', chat, 'l', '-', 'q', string.format('%.0f', now + lease_ms), 'k', math.max(life, 1))
  redis.call('EXPIRE', chat, math.max(life, longest))
  redis.call('ZADD', due, now, key)
end

-- Forgets the parcels up to number `upto`; a number from the past is harmless. Returns how many are left: when none
-- is, `settle` clears them away.
local function trim(tail, upto)
  local length = redis.call('LLEN', outbox)
  local sent = upto - (tail - length)
  if sent <= 0 then return length end
  if sent >= length then return 0 end
  redis.call('LTRIM', outbox, sent, -1)
  redis.call('HDEL', chat, 'f', 'd')
  return length - sent
end
