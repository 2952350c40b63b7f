-- KEYS: role. ARGV: owner, the time, for how long, and what begins the names of those who are known to be dead.
-- The role is kept as "until owner".
local now = time_ms(ARGV[2])
local holder = redis.call('GET', KEYS[1])
if holder then
  local till, owner = string.match(holder, '^(%d+) (.*)$')
  local free = owner == ARGV[1] or tonumber(till) <= now
  for i = 4, #ARGV do
    free = free or string.sub(owner .. '/', 1, #ARGV[i]) == ARGV[i]
  end
  if not free then return 0 end
end
redis.call('SET', KEYS[1], string.format('%.0f', now + ARGV[3]) .. ' ' .. ARGV[1])
return 1
