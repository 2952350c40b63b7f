-- KEYS: role. ARGV: owner, now, until. The role is kept as "until owner".
local holder = redis.call('GET', KEYS[1])
if holder then
  local till, owner = string.match(holder, '^(%d+) (.*)$')
  if owner ~= ARGV[1] and tonumber(till) > tonumber(ARGV[2]) then return 0 end
end
redis.call('SET', KEYS[1], ARGV[3] .. ' ' .. ARGV[1])
return 1
