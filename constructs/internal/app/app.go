// Package app keeps what the constructs of one CDK app have to know of each
// other, so that all problems of an app are reported in one synth.
package app

import (
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
	members []Member
	once    map[string]bool
}

var apps sync.Map // root construct → *App

// Of returns the state of the app that a construct is part of.
func Of(scope constructs.IConstruct) *App {
	a, _ := apps.LoadOrStore(scope.Node().Root(), &App{once: map[string]bool{}})
	return a.(*App)
}

// Add makes a construct's problems fail every synth of the app.
func (a *App) Add(construct constructs.Construct, m Member) {
	a.mu.Lock()
	a.members = append(a.members, m)
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

// Members returns the members in the order in which they were added.
func (a *App) Members() []Member {
	a.mu.Lock()
	defer a.mu.Unlock()
	return append([]Member(nil), a.members...)
}

// Problems returns the problems of all members.
func (a *App) Problems() access.Problems {
	var all access.Problems
	for _, m := range a.Members() {
		all = append(all, m.Problems()...)
	}
	return all
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
