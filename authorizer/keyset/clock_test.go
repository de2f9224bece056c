package keyset

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTheClockGoesByTheOneThatSawMore(t *testing.T) {
	start := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	wall, steady, want := start, time.Duration(0), start
	c := clock{wall: func() time.Time { return wall }, steady: func() time.Duration { return steady }}
	c.read()
	for _, step := range []struct{ wall, steady, want time.Duration }{
		{time.Second, time.Second, time.Second},
		{0, 0, 0},
		{time.Hour, time.Second, time.Hour},           // frozen
		{-time.Hour, time.Second, time.Second},        // set back
		{-48 * time.Hour, time.Minute, time.Minute},   // and again
		{time.Second, time.Second, time.Second},       // all well
		{48 * time.Hour, time.Minute, 48 * time.Hour}, // set right: keys look older, which does no harm
		{-time.Hour, 0, 0},                            // frozen and set back: nobody can know
	} {
		wall, steady, want = wall.Add(step.wall), steady+step.steady, want.Add(step.want)
		if got := c.read(); !got.Equal(want) {
			t.Errorf("after %+v the clock reads %v, want %v", step, got, want)
		}
	}
}

func TestAWallClockAloneNeverRunsBackwards(t *testing.T) {
	wall := time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)
	want := wall
	c := newClock(func() time.Time { return wall })
	c.read()
	for _, step := range []time.Duration{time.Second, -time.Hour, time.Second, time.Hour, -48 * time.Hour, -time.Second, 0, time.Minute} {
		wall, want = wall.Add(step), want.Add(max(step, 0))
		if got := c.read(); !got.Equal(want) {
			t.Errorf("after a step of %v the clock reads %v, want %v", step, got, want)
		}
	}
}

func TestAClockThatIsSetBackMakesNoKeyYounger(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer, wall := newFrozen(t, jwk)
		wall.jump(30 * 24 * time.Hour)
		wantKey(t, set, "kid-1", public)
		issuer.serves(500)
		wall.jump(-30 * 24 * time.Hour)
		time.Sleep(refreshAfter)
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 2)
		time.Sleep(hardAge - refreshAfter - time.Nanosecond)
		wantKey(t, set, "kid-1", public)
		wall.jump(-time.Hour)
		wantKey(t, set, "kid-1", public)
		time.Sleep(errorCoolDown)
		wantUnavailable(t, set, "kid-1", "answered 500")
	})
}

func TestAClockThatIsSetBackProlongsNoCoolDown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		public, jwk := edKey(t, "kid-1")
		set, issuer, wall := newFrozen(t)
		wall.jump(30 * 24 * time.Hour)
		wantUnavailable(t, set, "kid-1", "has no key")
		issuer.serves(200, jwk)
		wall.jump(-30 * 24 * time.Hour)
		wantUnavailable(t, set, "kid-1", "has no key")
		time.Sleep(errorCoolDown)
		wantKey(t, set, "kid-1", public)
	})
}

func TestAClockOfOnesOwnMayStandStillOrStartAnywhere(t *testing.T) {
	for _, now := range []time.Time{{}, time.Unix(0, 0), time.Unix(1<<40, 0), time.Date(2026, 11, 1, 12, 0, 0, 0, time.UTC)} {
		public, jwk := edKey(t, "kid-1")
		set, issuer := newSet(t, jwk)
		set.clock = newClock(func() time.Time { return now })
		wantKey(t, set, "kid-1", public)
		wantNoKey(t, set, "random")
		wantNoKey(t, set, "random")
		wantKey(t, set, "kid-1", public)
		issuer.fetched(t, 2)
	}
}
