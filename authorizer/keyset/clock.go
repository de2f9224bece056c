package keyset

import "time"

// clock tells a time that never runs backwards and, as far as it can be known,
// never slower than the real one.
//
// Neither of the system's clocks is enough. A Lambda function is frozen between
// calls, and the monotonic clock may stand still meanwhile: hours pass that it
// has not seen. The wall clock sees them but can be set back, and then keys
// would look younger than they are and a cool-down could last for days. So what
// has passed since the last look is what the clock says that saw more of it.
type clock struct {
	wall   func() time.Time
	steady func() time.Duration // the monotonic clock; nil if there is none

	lastWall   time.Time
	lastSteady time.Duration
	time       time.Time
}

// newClock returns the system's clock, or one that only has that wall clock.
func newClock(wall func() time.Time) clock {
	if wall != nil {
		return clock{wall: wall}
	}
	start := time.Now()
	return clock{wall: time.Now, steady: func() time.Duration { return time.Since(start) }}
}

// read returns the time. The caller holds the lock that guards the clock.
func (c *clock) read() time.Time {
	wall := c.wall().Round(0) // without the monotonic reading, which Sub would prefer
	if c.time.IsZero() {
		c.time, c.lastWall = wall, wall
	}
	passed := max(wall.Sub(c.lastWall), 0)
	if c.steady != nil {
		steady := c.steady()
		passed = max(passed, steady-c.lastSteady)
		c.lastSteady = steady
	}
	c.lastWall = wall
	c.time = c.time.Add(passed)
	return c.time
}
