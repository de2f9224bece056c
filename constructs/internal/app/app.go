// Package app keeps what the constructs of one CDK app have to know of each
// other, so that all problems of an app are reported in one synth.
package app

import (
	"slices"
	"sync"

	"github.com/aws/aws-cdk-go/awscdk/v2"
	"github.com/aws/constructs-go/constructs/v10"
	"github.com/scopeway/scopeway/access"
	"github.com/scopeway/scopeway/internal/site"
)

// Member is a construct that can say what is wrong with it. Problems is called
// after the whole app was declared, maybe more than once.
type Member interface {
	Problems() access.Problems
}

// App is the state of one CDK app.
type App struct {
	mu      sync.Mutex
	members []member
	once    map[string]bool
	owners  map[any]any
}

type member struct {
	Member
	stage string
}

var apps sync.Map // root construct → *App

// Of returns the state of the app that a construct is part of.
func Of(scope constructs.IConstruct) *App {
	a, _ := apps.LoadOrStore(scope.Node().Root(), &App{once: map[string]bool{}, owners: map[any]any{}})
	return a.(*App)
}

// Add makes a construct's problems fail every synth of the app.
func (a *App) Add(construct constructs.Construct, m Member) {
	a.mu.Lock()
	a.members = append(a.members, member{m, Stage(construct)})
	a.mu.Unlock()
	construct.Node().AddValidation(&validation{m})
}

// AddOnce is Add for a check of the whole app, which is registered under a
// name and at the first call only.
func (a *App) AddOnce(name string, construct constructs.Construct, m Member) {
	a.mu.Lock()
	known := a.once[name]
	a.once[name] = true
	a.mu.Unlock()
	if !known {
		a.Add(construct, m)
	}
}

// Owner returns the owner of a thing: the first that asked for it.
func (a *App) Owner(thing, owner any) any {
	a.mu.Lock()
	defer a.mu.Unlock()
	if _, owned := a.owners[thing]; !owned {
		a.owners[thing] = owner
	}
	return a.owners[thing]
}

// Members returns the members in the order in which they were added.
func (a *App) Members() []Member {
	var all []Member
	for _, m := range a.snapshot() {
		all = append(all, m.Member)
	}
	return all
}

// Problems returns the problems of all members that are synthesised with the
// construct: those of its awscdk.Stage. A stage may be synthesised before the
// rest of the app is declared.
func (a *App) Problems(construct constructs.Construct) access.Problems {
	stage := Stage(construct)
	var all access.Problems
	for _, m := range a.snapshot() {
		if m.stage == stage {
			all = append(all, m.Problems()...)
		}
	}
	return all
}

func (a *App) snapshot() []member {
	a.mu.Lock()
	defer a.mu.Unlock()
	return slices.Clone(a.members)
}

// validation hands a member's problems to constructs' own validation.
type validation struct{ member Member }

func (v *validation) Validate() *[]*string {
	texts := []*string{}
	for _, p := range v.member.Problems() {
		text := p.Error()
		texts = append(texts, &text)
	}
	return &texts
}

// Here is where the program called into the constructs.
func Here() access.Site {
	return site.Outside("github.com/scopeway/scopeway/constructs/...")
}

// Subject names a construct in a problem, for example `HTTP API "Shop/Api"`.
func Subject(kind string, construct constructs.IConstruct) string {
	return kind + ` "` + *construct.Node().Path() + `"`
}

// Stage returns the path of the awscdk.Stage that a construct is part of, ""
// for the app itself.
func Stage(construct constructs.IConstruct) string {
	if stage := awscdk.Stage_Of(construct); stage != nil {
		return *stage.Node().Path()
	}
	return ""
}
