package strictjson

import "strings"

// manyMembers is from how many members on repeated names are found with a map:
// below, comparing is faster and allocates nothing; above, it would be
// quadratic in what an attacker sends.
const manyMembers = 16

type parser struct {
	text      string
	at        int
	depthLeft int
	nodes     []node
}

// estimate returns about how many nodes text will need, so that most texts
// need one allocation. A text of nothing but colons gets no more than its
// length buys.
func estimate(text string) int {
	n := 1 + 2*strings.Count(text, ":") + strings.Count(text, "[") + strings.Count(text, ",")
	return min(n, len(text)/8+8)
}

func (p *parser) fail(problem string) error { return &Error{p.at, problem} }

func (p *parser) document() error {
	p.space()
	if err := p.value(); err != nil {
		return err
	}
	p.space()
	if p.at != len(p.text) {
		return p.fail("something after the value")
	}
	return nil
}

// peek returns the next byte, and 0 at the end, which is no byte that any
// JSON text may have outside a string.
func (p *parser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

func (p *parser) space() {
	for p.at < len(p.text) {
		switch p.text[p.at] {
		case ' ', '\t', '\n', '\r':
			p.at++
		default:
			return
		}
	}
}

// add appends a node that holds no others and returns its index.
func (p *parser) add(kind Kind, text string) int {
	at := len(p.nodes)
	p.nodes = append(p.nodes, node{text: text, end: int32(at) + 1, kind: kind})
	return at
}

func (p *parser) value() error {
	switch c := p.peek(); {
	case c == '"':
		text, err := p.string()
		if err != nil {
			return err
		}
		p.add(String, text)
		return nil
	case c == '{':
		return p.object()
	case c == '[':
		return p.array()
	case c == '-' || isDigit(c):
		return p.number()
	case c == 't':
		return p.literal("true", Bool)
	case c == 'f':
		return p.literal("false", Bool)
	case c == 'n':
		return p.literal("null", Null)
	default:
		return p.fail("no value")
	}
}

func (p *parser) literal(word string, kind Kind) error {
	if !strings.HasPrefix(p.text[p.at:], word) {
		return p.fail("no value")
	}
	p.at += len(word)
	p.add(kind, word)
	return nil
}

// enter starts an array or object at its bracket and returns its node.
func (p *parser) enter(kind Kind) (int, error) {
	if p.depthLeft == 0 {
		return 0, p.fail("nested too deep")
	}
	p.depthLeft--
	p.at++
	p.space()
	return p.add(kind, ""), nil
}

// leave ends an array or object behind its bracket.
func (p *parser) leave(container int) {
	p.depthLeft++
	p.at++
	p.nodes[container].end = int32(len(p.nodes))
}

func (p *parser) array() error {
	self, err := p.enter(Array)
	if err != nil {
		return err
	}
	if p.peek() == ']' {
		p.leave(self)
		return nil
	}
	for {
		if err := p.value(); err != nil {
			return err
		}
		p.space()
		switch p.peek() {
		case ',':
			p.at++
			p.space()
		case ']':
			p.leave(self)
			return nil
		default:
			return p.fail("no comma or end of the array")
		}
	}
}

func (p *parser) object() error {
	self, err := p.enter(Object)
	if err != nil {
		return err
	}
	if p.peek() == '}' {
		p.leave(self)
		return nil
	}
	var names nameSet
	for {
		if p.peek() != '"' {
			return p.fail("no member name")
		}
		start := p.at
		name, err := p.string()
		if err != nil {
			return err
		}
		if names.repeated(p.nodes, self, name) {
			p.at = start
			return p.fail("member name repeated")
		}
		p.add(String, name)
		p.space()
		if p.peek() != ':' {
			return p.fail("no colon after the member name")
		}
		p.at++
		p.space()
		if err := p.value(); err != nil {
			return err
		}
		p.space()
		switch p.peek() {
		case ',':
			p.at++
			p.space()
		case '}':
			p.leave(self)
			return nil
		default:
			return p.fail("no comma or end of the object")
		}
	}
}

// nameSet knows the member names that an object has had so far.
type nameSet struct {
	count int
	seen  map[string]bool // from manyMembers on
}

// repeated says whether the unfinished object already has a member of this
// name, and counts it.
func (s *nameSet) repeated(nodes []node, object int, name string) bool {
	s.count++
	if s.seen != nil {
		if s.seen[name] {
			return true
		}
		s.seen[name] = true
		return false
	}
	for at := object + 1; at < len(nodes); at = int(nodes[at+1].end) {
		if nodes[at].text == name {
			return true
		}
	}
	if s.count == manyMembers {
		s.seen = map[string]bool{name: true}
		for at := object + 1; at < len(nodes); at = int(nodes[at+1].end) {
			s.seen[nodes[at].text] = true
		}
	}
	return false
}
