// Package duration reads the durations of props, of which awscdk panics at those
// that it cannot convert.
package duration

import (
	"math"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/jsii-runtime-go"
)

// Milliseconds returns a duration in milliseconds, with fractions. NaN is one that
// is known at deploy only.
func Milliseconds(d awscdk.Duration) float64 {
	if *d.IsUnresolved() {
		return math.NaN()
	}
	return *d.ToMilliseconds(&awscdk.TimeConversionOptions{Integral: jsii.Bool(false)})
}

// Seconds is [Milliseconds] in seconds.
func Seconds(d awscdk.Duration) float64 { return Milliseconds(d) / 1000 }

// Whole reports whether a number of them is whole and within the limits.
func Whole(n, least, most float64) bool {
	return n >= least && n <= most && n == math.Trunc(n)
}

// Spoken returns a duration for people.
func Spoken(d awscdk.Duration) string {
	if *d.IsUnresolved() {
		return "one that is known at deploy only"
	}
	return *d.ToHumanString()
}
