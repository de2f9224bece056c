package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
)

// The markers between which the document has what the command wrote.
const (
	beginMark = "<!-- Written by make bench, from here -->\n"
	endMark   = "<!-- to here -->\n"
)

// writeInto puts a text between the markers of a document.
func writeInto(file, text string) error {
	document, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	written, err := between(string(document), text)
	if err != nil {
		return fmt.Errorf("%s, %w", file, err)
	}
	return os.WriteFile(file, []byte(written), 0o644)
}

func between(document, text string) (string, error) {
	before, after, found := strings.Cut(document, beginMark)
	if !found {
		return "", errors.New("has no place for the tables, write the line " + strings.TrimSpace(beginMark))
	}
	_, after, found = strings.Cut(after, endMark)
	if !found {
		return "", errors.New("does not say where the tables end, write the line " + strings.TrimSpace(endMark))
	}
	return before + beginMark + "\n" + strings.TrimSpace(text) + "\n\n" + endMark + after, nil
}
