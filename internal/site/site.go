// Package site tells where in a program something was declared.
package site

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
)

// Site is the file and line of a declaration. The zero Site is unknown.
type Site struct {
	File string
	Line int
}

// Outside returns the nearest caller whose function is in none of the given
// packages. A package that ends in "/..." stands for itself and all below it.
func Outside(packages ...string) Site {
	var counters [64]uintptr
	frames := runtime.CallersFrames(counters[:runtime.Callers(2, counters[:])])
	for {
		frame, more := frames.Next()
		if frame.Function != "" && !within(frame.Function, packages) {
			return Site{File: frame.File, Line: frame.Line}
		}
		if !more {
			return Site{}
		}
	}
}

// within reports whether a function, spelled as the runtime does, is in one
// of the packages. "a/gateway_test.F" is not in "a/gateway".
func within(function string, packages []string) bool {
	for _, p := range packages {
		if below, ok := strings.CutSuffix(p, "/..."); ok {
			if strings.HasPrefix(function, below+"/") && !strings.Contains(packageOf(function), "_test") {
				return true
			}
			p = below
		}
		if strings.HasPrefix(function, p+".") {
			return true
		}
	}
	return false
}

// packageOf returns the import path at the head of a function's name.
func packageOf(function string) string {
	slash := strings.LastIndexByte(function, '/') + 1
	if dot := strings.IndexByte(function[slash:], '.'); dot >= 0 {
		return function[:slash+dot]
	}
	return function
}

// String returns "file:line", the file relative to the working directory
// where it lies below it, or "" for the zero Site.
func (s Site) String() string {
	if s.File == "" {
		return ""
	}
	file := s.File
	if wd, err := os.Getwd(); err == nil {
		if rel, err := filepath.Rel(wd, file); err == nil && !strings.HasPrefix(rel, "..") {
			file = rel
		}
	}
	return fmt.Sprintf("%s:%d", file, s.Line)
}
