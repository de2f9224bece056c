package fake

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
	"time"
)

// SecretsManager answers DescribeSecret, GetSecretValue, PutSecretValue and
// UpdateSecretVersionStage as an [http.Handler].
type SecretsManager struct {
	// Now is the time of day. Default: time.Now.
	Now func() time.Time
	// Refuse refuses calls.
	Refuse Refuse
	// KeepPending leaves AWSPENDING on a version that becomes current: both are
	// documented (RotateSecret).
	KeepPending bool

	mu      sync.Mutex
	secrets map[string]*secret
}

type secret struct {
	versions                  map[string]*version
	enabled                   bool
	created, changed, rotated time.Time
}

type version struct {
	text   *string // nil: Secrets Manager has made it, nobody has filled it
	stages []string
}

func (m *SecretsManager) now() time.Time {
	if m.Now == nil {
		return time.Now()
	}
	return m.Now()
}

// Create makes a secret with a first version, AWSCURRENT, and rotation enabled.
func (m *SecretsManager) Create(arn, text string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.secrets == nil {
		m.secrets = map[string]*secret{}
	}
	m.secrets[arn] = &secret{
		versions: map[string]*version{"00000000-0000-0000-0000-000000000001": {&text, []string{"AWSCURRENT"}}},
		enabled:  true, created: m.now(), changed: m.now(),
	}
}

// Disable turns rotation off.
func (m *SecretsManager) Disable(arn string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.secrets[arn].enabled = false
}

// Rotate begins a rotation as RotateSecret does: an empty version, AWSPENDING.
// It is an error while another one has that label and is not current. The steps
// are for the test to call.
func (m *SecretsManager) Rotate(arn, token string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.secrets[arn]
	if id := s.with("AWSPENDING"); id != "" && id != token && !slices.Contains(s.versions[id].stages, "AWSCURRENT") {
		return fmt.Errorf("a previous rotation is not complete, version %s", id)
	}
	if s.versions[token] == nil {
		s.versions[token] = &version{}
	}
	s.label("AWSPENDING", token)
	return nil
}

// Put stores a value under a label, as a person does by hand.
func (m *SecretsManager) Put(arn, token, text, stage string) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.secrets[arn]
	s.versions[token] = &version{text: &text}
	m.stage(s, stage, token)
}

// Value returns the text of the version with a label, and whether it has one.
func (m *SecretsManager) Value(arn, stage string) (text string, there bool) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := m.secrets[arn]
	v := s.versions[s.with(stage)]
	if v == nil || v.text == nil {
		return "", false
	}
	return *v.text, true
}

// Version returns the version with a label, "" for none.
func (m *SecretsManager) Version(arn, stage string) string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.secrets[arn].with(stage)
}

func (s *secret) with(stage string) string {
	for _, id := range slices.Sorted(maps.Keys(s.versions)) {
		if slices.Contains(s.versions[id].stages, stage) {
			return id
		}
	}
	return ""
}

// label moves a label.
func (s *secret) label(stage, to string) {
	for _, v := range s.versions {
		v.stages = slices.DeleteFunc(v.stages, func(s string) bool { return s == stage })
	}
	if to != "" {
		s.versions[to].stages = append(s.versions[to].stages, stage)
	}
}

// stage moves a label with all that goes with it.
func (m *SecretsManager) stage(s *secret, stage, to string) {
	from := s.with(stage)
	s.label(stage, to)
	s.changed = m.now()
	if stage != "AWSCURRENT" {
		return
	}
	if from != "" && from != to {
		s.label("AWSPREVIOUS", from)
	}
	if s.with("AWSPENDING") == to && !m.KeepPending {
		s.label("AWSPENDING", "")
	}
	if s.enabled {
		s.rotated = m.now()
	}
}

// ServeHTTP implements [http.Handler].
func (m *SecretsManager) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c := readCall(r)
	m.mu.Lock()
	defer m.mu.Unlock()
	value, failed := m.call(c)
	answer(w, value, failed)
}

type secretsInput struct {
	SecretId, VersionId, VersionStage, ClientRequestToken string
	SecretString, MoveToVersionId, RemoveFromVersionId    *string
	VersionStages                                         []string
}

func (m *SecretsManager) call(c call) (any, *failure) {
	if m.Refuse != nil {
		if code, message := m.Refuse(c.operation); code != "" {
			return nil, &failure{code, message}
		}
	}
	var in secretsInput
	if failed := c.read(&in); failed != nil {
		return nil, failed
	}
	s := m.secrets[in.SecretId]
	if s == nil {
		return nil, &failure{"ResourceNotFoundException", "Secrets Manager can't find the specified secret."}
	}
	answer := map[string]any{"ARN": in.SecretId}
	switch c.operation {
	case "DescribeSecret":
		stages := map[string][]string{}
		for id, v := range s.versions {
			if len(v.stages) > 0 { // others are deprecated, and not told
				stages[id] = v.stages
			}
		}
		answer["VersionIdsToStages"], answer["RotationEnabled"] = stages, s.enabled
		answer["CreatedDate"], answer["LastChangedDate"] = date(s.created), date(s.changed)
		if !s.rotated.IsZero() && s.enabled {
			answer["LastRotatedDate"] = date(s.rotated)
		}
		return answer, nil
	case "GetSecretValue":
		return m.get(s, in, answer)
	case "PutSecretValue":
		return m.put(s, in, answer)
	case "UpdateSecretVersionStage":
		return m.update(s, in, answer)
	}
	return nil, &failure{"UnknownOperationException", "the fake does not know " + c.operation}
}

func (m *SecretsManager) get(s *secret, in secretsInput, answer map[string]any) (any, *failure) {
	id := in.VersionId
	if id == "" {
		stage := in.VersionStage
		if stage == "" {
			stage = "AWSCURRENT"
		}
		id = s.with(stage)
	}
	v := s.versions[id]
	if v == nil || v.text == nil || in.VersionStage != "" && !slices.Contains(v.stages, in.VersionStage) {
		return nil, &failure{"ResourceNotFoundException", "Secrets Manager can't find the specified secret value."}
	}
	answer["VersionId"], answer["SecretString"], answer["VersionStages"] = id, *v.text, v.stages
	return answer, nil
}

func (m *SecretsManager) put(s *secret, in secretsInput, answer map[string]any) (any, *failure) {
	if in.SecretString == nil || len(in.ClientRequestToken) < 32 {
		return nil, &failure{"InvalidParameterException", "SecretString and ClientRequestToken are needed."}
	}
	v := s.versions[in.ClientRequestToken]
	if v != nil && v.text != nil {
		if *v.text != *in.SecretString {
			return nil, &failure{"ResourceExistsException", "You can't modify an existing version, you can only create a new version."}
		}
		return answer, nil
	}
	if v == nil {
		v = &version{}
		s.versions[in.ClientRequestToken] = v
	}
	v.text = in.SecretString
	if len(in.VersionStages) == 0 {
		in.VersionStages = []string{"AWSCURRENT"}
	}
	for _, stage := range in.VersionStages {
		m.stage(s, stage, in.ClientRequestToken)
	}
	return answer, nil
}

func (m *SecretsManager) update(s *secret, in secretsInput, answer map[string]any) (any, *failure) {
	at := s.with(in.VersionStage)
	switch {
	case in.MoveToVersionId != nil && s.versions[*in.MoveToVersionId] == nil:
		return nil, &failure{"ResourceNotFoundException", "Secrets Manager can't find the specified secret version."}
	case in.MoveToVersionId != nil && at == *in.MoveToVersionId && in.RemoveFromVersionId == nil:
		return answer, nil
	case at != "" && (in.RemoveFromVersionId == nil || *in.RemoveFromVersionId != at), at == "" && in.RemoveFromVersionId != nil:
		return nil, &failure{"InvalidParameterException", "The parameter RemoveFromVersionId must name the version that the label is attached to."}
	}
	to := ""
	if in.MoveToVersionId != nil {
		to = *in.MoveToVersionId
	}
	m.stage(s, in.VersionStage, to)
	return answer, nil
}
