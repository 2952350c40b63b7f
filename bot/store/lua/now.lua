-- ARGV: the time. Returns it, by this server's clock.
return time_ms(ARGV[1])
