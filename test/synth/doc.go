// Package synth compares what the examples synthesise with goldens.
package synth
