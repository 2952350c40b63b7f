-- KEYS: dead letters. ARGV: the time, how long they are kept (ms). Returns {letter, when it was buried, ...}.
redis.call('ZREMRANGEBYSCORE', KEYS[1], '-inf', time_ms(ARGV[1]) - ARGV[2])
return redis.call('ZRANGE', KEYS[1], 0, -1, 'WITHSCORES')
