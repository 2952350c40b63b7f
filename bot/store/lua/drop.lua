-- ARGV: key. The tail stays, so that numbers go on from where they were.
settle(redis.call('HGET', chat, 'k'))
return 0
