-- KEYS: role. ARGV: owner, the time, for how long. The role is kept as "until owner".
local now = time_ms(ARGV[2])
local holder = redis.call('GET', KEYS[1])
if holder then
  local till, owner = string.match(holder, '^(%d+) (.*)$')
  if owner ~= ARGV[1] and tonumber(till) > now then return 0 end
end
redis.call('SET', KEYS[1], string.format('%.0f', now + ARGV[3]) .. ' ' .. ARGV[1])
return 1
