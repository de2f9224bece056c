package explain

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"

	"github.com/scopeway/scopeway/authorizer/audit"
)

// Tally counts answers.
type Tally struct {
	Allowed, Denied int
	// Unknown are those with no verdict: lines that are no requests, and requests
	// about which nothing could be found out.
	Unknown int
}

// Code returns the exit code: 0 where all were allowed, 1 where one was denied, 2
// where one has no verdict.
func (t Tally) Code() int {
	switch {
	case t.Unknown > 0:
		return 2
	case t.Denied > 0:
		return 1
	default:
		return 0
	}
}

func (t *Tally) count(decision audit.Decision) {
	switch decision {
	case audit.Allow:
		t.Allowed++
	case audit.Deny:
		t.Denied++
	default:
		t.Unknown++
	}
}

// Stream answers each line of in with one line, in order and at once. A line
// that is no request, an empty one included, or is longer than [MaxLine] gets an
// answer that says so. The error is one of reading or writing.
func (e *Explainer) Stream(ctx context.Context, in io.Reader, out io.Writer) (Tally, error) {
	var tally Tally
	lines := bufio.NewReaderSize(in, MaxLine+2)
	for n := 1; ; n++ {
		line, err := nextLine(lines)
		if errors.Is(err, io.EOF) {
			return tally, nil
		}
		var answer Answer
		if err == nil {
			answer, err = e.line(ctx, line)
		} else if !errors.Is(err, errLong) {
			return tally, fmt.Errorf("requests, cannot be read: %w", err)
		}
		if err != nil {
			answer = unreadable(fmt.Errorf("line %d, %w", n, err))
		}
		tally.count(answer.Decision)
		text, err := encode(answer)
		if err != nil {
			return tally, err
		}
		if _, err := out.Write(text); err != nil {
			return tally, fmt.Errorf("answers, cannot be written: %w", err)
		}
	}
}

func (e *Explainer) line(ctx context.Context, line []byte) (Answer, error) {
	request, err := ParseRequest(line)
	if err != nil {
		return Answer{}, err
	}
	return e.Answer(ctx, request)
}

var errLong = fmt.Errorf("request, it is longer than %d bytes, write a shorter one", MaxLine)

// nextLine returns a line without its end, or [errLong] for one that is skipped.
func nextLine(lines *bufio.Reader) ([]byte, error) {
	line, err := lines.ReadSlice('\n')
	long := false
	for errors.Is(err, bufio.ErrBufferFull) {
		long = true
		_, err = lines.ReadSlice('\n')
	}
	switch {
	case err != nil && !errors.Is(err, io.EOF):
		return nil, err
	case long:
		return nil, errLong
	case err != nil && len(line) == 0:
		return nil, io.EOF
	}
	if n := len(line); n > 0 && line[n-1] == '\n' {
		line = line[:n-1]
	}
	if n := len(line); n > 0 && line[n-1] == '\r' {
		line = line[:n-1]
	}
	if len(line) > MaxLine {
		return nil, errLong
	}
	return line, nil
}
