-- Keeps a letter among the dead letters, for so long (ms), and no more of them than so many.
local function bury(dead, letter, now, keep_ms, most)
  redis.call('ZADD', dead, now, letter)
  redis.call('ZREMRANGEBYSCORE', dead, '-inf', now - keep_ms)
  redis.call('ZREMRANGEBYRANK', dead, 0, -1 - most)
  redis.call('PEXPIRE', dead, keep_ms)
end
