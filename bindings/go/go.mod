module lockrec.invalid/lockrec

go 1.21
