"""Who is answered how: written by hand, read by test_matrix.

+ let in   > sent to the sign-in page   - refused (403)   . absent (404)   x no such method (405)
"""

GROUPS = """
                 anon link user view cont conv conv2 stew stew2 admin natl super

all              +    +    +    +    +    +    +     +    +     +     +    +
nobody           .    .    .    .    .    .    .     .    .     .     .    .
in               >    >    +    +    +    +    +     +    +     +     +    +
out              +    +    +    +    +    +    +     +    +     +     +    +
late             >    >    x    x    x    x    x     x    x     x     x    x
link             .    +    .    .    .    .    .     .    .     .     .    .
read.pub         +    +    +    +    +    +    +     +    +     +     +    +
read.part        .    .    .    +    +    +    .     +    .     .     +    +
read.priv        .    .    .    +    +    +    .     .    .     .     +    +
read.other       +    +    +    +    +    +    +     +    +     +     +    +
read.far         .    .    .    .    .    .    +     .    .     .     +    +
frame.pub        +    +    +    +    +    +    +     +    +     +     +    +
frame.part       .    .    .    .    .    .    .     .    .     .     .    .
frame.priv       .    .    .    .    .    .    .     .    .     .     .    .
frame.other      +    +    +    +    +    +    +     +    +     +     +    +
frame.far        .    .    .    .    .    .    .     .    .     .     .    .
act.pub          -    -    -    -    -    +    -     -    -     -     +    +
act.part         .    .    .    -    -    +    .     -    .     .     +    +
act.priv         .    .    .    -    -    +    .     .    .     .     +    +
act.other        -    -    -    -    -    -    +     -    -     -     +    +
act.far          .    .    .    .    .    .    +     .    .     .     +    +
convene.pub      >    >    -    -    -    +    -     -    -     -     +    +
convene.part     .    .    .    -    -    +    .     -    .     .     +    +
convene.priv     .    .    .    -    -    +    .     .    .     .     +    +
convene.other    >    >    -    -    -    -    +     -    -     -     +    +
convene.far      .    .    .    .    .    .    +     .    .     .     +    +
invite.pub       >    >    .    .    .    +    .     .    .     .     +    +
invite.part      .    .    .    .    .    +    .     .    .     .     +    +
invite.priv      .    .    .    .    .    +    .     .    .     .     +    +
invite.other     >    >    .    .    .    .    +     .    .     .     +    +
invite.far       .    .    .    .    .    .    +     .    .     .     +    +
add.pub          >    >    -    -    +    +    -     -    -     -     +    +
add.part         .    .    .    -    +    +    .     -    .     .     +    +
add.priv         .    .    .    -    +    +    .     .    .     .     +    +
add.other        >    >    -    -    -    -    +     -    -     -     +    +
add.far          .    .    .    .    .    .    +     .    .     .     +    +
look.part        .    .    .    +    +    +    .     +    .     .     +    +
look.priv        .    .    .    +    +    +    .     +    .     .     +    +
look.far         .    .    .    .    .    .    +     .    +     .     +    +
draft.pub        .    .    .    .    +    +    .     .    .     .     +    +
tend.pub         >    >    .    .    +    +    .     .    .     .     +    +
edit.pub         >    >    -    -    +    +    -     +    -     -     +    +
edit.part        .    .    .    -    +    +    .     +    .     .     +    +
edit.priv        .    .    .    -    +    +    .     .    .     .     +    +
edit.other       >    >    -    -    -    -    +     -    +     -     +    +
edit.far         .    .    .    .    .    .    +     .    .     .     +    +
own.pub          >    >    -    -    -    +    -     +    -     -     +    +
own.part         .    .    .    -    -    +    .     +    .     .     +    +
own.priv         .    .    .    -    -    +    .     .    .     .     +    +
speak.pub        >    >    -    -    -    -    -     +    -     -     -    -
mute.pub         >    >    -    -    -    -    -     .    -     -     -    -
suggest.pub      >    >    -    +    +    +    -     +    +     -     +    +
kept.pub         >    >    .    .    .    +    .     +    .     .     +    +
national         >    >    -    -    -    -    -     -    -     -     +    +
suggest.nat      >    >    -    +    +    +    +     +    +     -     +    +
speak.nat        >    >    -    -    -    -    -     -    -     -     -    -
none.nat         >    >    -    -    -    -    -     -    -     -     .    .
none.pub         >    >    .    .    .    .    .     .    .     .     .    .
none.act         >    >    -    -    -    .    -     -    -     -     .    .
"""
"""The groups of people. After the dot: the city. late: signed in, and then refused.

read: may see the map. frame: a public map, for everyone. act, convene: decide on it (the second
sends others to the sign-in page first). invite: decide on it, and others
are not told that there is such a page. add: also contribute. look: see City Hall, also as its
steward. draft, tend: see, or change, what is
no longer or not yet on the map. edit: contribute, or look after City Hall. own: without the
contributor. suggest: has a role in the city or
looks after a record anywhere; suggest.nat, to a national one: has any of them. speak: answers as
City Hall itself; mute: names no tie to answer.
kept: as own, of something that others may not know of. none: signed in or not, there is no such
record, and nobody learns it who could not have seen it; none.nat: national staff alone could have.
"""

OF_CITIES = """
                                  GET      POST
/                                 read     x
/map/                             read     x
/map.svg                          read     x
/map.json                         read     x
/places.json                      read     x
/map/sheet/                       read     x
/embed/                           frame    x
/embed/map.json                   frame    x
/embed/map.svg                    frame    x
/campaigns/                       invite   x
/campaigns/new/                   invite   invite
/gaps/                            read     x
/peers/                           read     x
/next-steps/                      read     x
/next-steps/skill/hall/           convene  convene
/what-if/                         read     x
/snapshots/                       read     act
/snapshots/compare/               read     x
/actors/                          read     x
/actors/new/                      add      add
/actors/similar/                  add      x
/actors/change/                   x        convene
/actors/off-map/                  add      x
/ties/new/                        add      add
/to-check/                        convene  convene
/merges/                          convene  x
/people/                          convene  convene
/setup/                           convene  x
/setup/boundary/                  convene  convene
/workshop/                        convene  convene
/workshop/sheet/                  convene  x
/handover/                        convene  x
/history/                         read     x
/collaboratives/                  read     x
/collaboratives/new/              convene  convene
/collaboratives/new/from-map/     convene  x
"""
"""Pages of every city of the world, and of one that there is not, where nobody is let in."""

OF_RECORDS = """
                                                    GET         POST
/cities/pub/actors/pub-hall/                        read.pub    x
/cities/part/actors/part-hall/                      read.part   x
/cities/priv/actors/priv-hall/                      read.priv   x
/cities/far/actors/far-hall/                        read.far    x
/cities/pub/actors/pub-proposed/                    draft.pub   x
/cities/pub/actors/pub-archived/                    draft.pub   x
/cities/pub/actors/fund/                            all         x
/cities/pub/actors/gone/                            nobody      x
/cities/pub/actors/pub-hall/edit/                   edit.pub    edit.pub
/cities/part/actors/part-hall/edit/                 edit.part   edit.part
/cities/priv/actors/priv-hall/edit/                 edit.priv   edit.priv
/cities/other/actors/other-hall/edit/               edit.other  edit.other
/cities/far/actors/far-hall/edit/                   edit.far    edit.far
/cities/pub/actors/pub-lab/edit/                    add.pub     add.pub
/cities/pub/actors/pub-proposed/edit/               tend.pub    tend.pub
/cities/pub/actors/pub-archived/edit/               tend.pub    tend.pub
/cities/pub/actors/pub-merged/edit/                 none.pub    none.pub
/cities/pub/actors/fund/edit/                       national    national
/cities/pub/actors/far-hall/edit/                   none.pub    none.pub
/cities/pub/actors/gone/edit/                       none.pub    none.pub
/cities/pub/actors/pub-hall/skills/                 edit.pub    edit.pub
/cities/pub/actors/pub-proposed/skills/             tend.pub    tend.pub
/cities/pub/actors/far-hall/skills/                 none.pub    none.pub
/cities/pub/actors/pub-hall/contacts/               own.pub     own.pub
/cities/part/actors/part-hall/contacts/             own.part    own.part
/cities/priv/actors/priv-hall/contacts/             own.priv    own.priv
/cities/pub/actors/pub-lab/contacts/                convene.pub convene.pub
/cities/pub/actors/far-hall/contacts/               none.pub    none.pub
/cities/pub/actors/pub-hall/contacts/{pub.contact}/ kept.pub    kept.pub
/cities/pub/actors/pub-hall/contacts/{far.contact}/ none.pub    none.pub
/cities/pub/actors/pub-hall/contacts/999999999/     none.pub    none.pub
/cities/pub/actors/pub-hall/offers/                 edit.pub    edit.pub
/cities/pub/actors/pub-hall/offers/{pub.offer}/     edit.pub    edit.pub
/cities/pub/actors/pub-hall/offers/{far.offer}/     none.pub    none.pub
/cities/pub/actors/far-hall/offers/{far.offer}/     none.pub    none.pub
/cities/pub/actors/pub-hall/needs/                  edit.pub    edit.pub
/cities/pub/actors/pub-hall/needs/{pub.need}/       edit.pub    edit.pub
/cities/pub/actors/pub-hall/needs/{far.need}/       none.pub    none.pub
/cities/pub/ties/{pub.tie}/                         edit.pub    edit.pub
/cities/part/ties/{part.tie}/                       edit.part   edit.part
/cities/priv/ties/{priv.tie}/                       edit.priv   edit.priv
/cities/pub/ties/{pub.tie2}/                        tend.pub    tend.pub
/cities/pub/ties/{far.tie}/                         none.pub    none.pub
/cities/pub/ties/999999999/                         none.pub    none.pub
/cities/pub/campaigns/{pub.campaign}/               invite.pub   invite.pub
/cities/part/campaigns/{part.campaign}/             invite.part  invite.part
/cities/priv/campaigns/{priv.campaign}/             invite.priv  invite.priv
/cities/other/campaigns/{other.campaign}/           invite.other invite.other
/cities/pub/campaigns/{other.campaign}/             none.pub    invite.pub
/cities/pub/campaigns/999999999/                    none.pub    invite.pub
/cities/pub/campaigns/{pub.campaign}/message/       invite.pub invite.pub
/cities/pub/campaigns/{other.campaign}/message/     none.pub    none.pub
/cities/pub/campaigns/{pub.campaign}/people/        invite.pub invite.pub
/cities/pub/campaigns/{other.campaign}/people/      none.pub    invite.pub
/cities/pub/next-steps/{pub.step}/                  convene.pub convene.pub
/cities/priv/next-steps/{priv.step}/                convene.priv convene.priv
/cities/pub/next-steps/{other.step}/                none.act    convene.pub
/cities/pub/next-steps/999999999/                   none.act    convene.pub
/cities/pub/merge/?keep=pub-lab&merge=pub-hall      convene.pub none.act
/cities/pub/merge/?keep=pub-lab&merge=far-hall      none.act    none.act
/cities/pub/merges/{pub.merge}/                     convene.pub convene.pub
/cities/pub/merges/{far.merge}/                     none.act    none.act
/cities/pub/history/person/                         none.act    none.act
/cities/pub/history/actor/999999999/                none.act    none.act
/cities/pub/actors/pub-hall/suggest/                suggest.pub suggest.pub
/cities/pub/actors/pub-proposed/suggest/            draft.pub   draft.pub
/cities/pub/actors/far-hall/suggest/                nobody      nobody
/cities/pub/actors/pub-hall/claim/                  in          in
/cities/priv/actors/priv-hall/claim/                read.priv   read.priv
/cities/pub/actors/far-hall/claim/                  nobody      nobody
/cities/pub/actors/pub-hall/answers/                speak.pub   mute.pub
/cities/pub/actors/far-hall/answers/                nobody      nobody
/cities/pub/snapshots/compare/?from={pub.snapshot}  all         x
/cities/pub/snapshots/compare/?from={far.snapshot}  nobody      X
/cities/priv/snapshots/compare/?from={priv.snapshot} read.priv  x
/cities/pub/collaboratives/pub-table/               all         x
/cities/part/collaboratives/part-table/             read.part   x
/cities/priv/collaboratives/priv-table/             read.priv   x
/cities/far/collaboratives/far-table/               read.far    x
/cities/pub/collaboratives/far-table/               nobody      X
/cities/pub/collaboratives/gone/                    nobody      X
/cities/pub/collaboratives/pub-table/edit/          convene.pub convene.pub
/cities/part/collaboratives/part-table/edit/        convene.part convene.part
/cities/priv/collaboratives/priv-table/edit/        convene.priv convene.priv
/cities/far/collaboratives/far-table/edit/          convene.far convene.far
/cities/pub/collaboratives/far-table/edit/          none.pub    none.pub
/cities/pub/collaboratives/pub-table/members/       convene.pub x
/cities/priv/collaboratives/priv-table/members/     convene.priv x
/cities/pub/collaboratives/far-table/members/       none.pub    none.pub
/cities/pub/collaboratives/pub-table/members/new/?actor=pub-lab convene.pub convene.pub
/cities/pub/collaboratives/pub-table/members/new/?actor=fund convene.pub convene.pub
/cities/pub/collaboratives/pub-table/members/new/?actor=gone none.pub none.pub
/cities/pub/collaboratives/far-table/members/new/?actor=pub-lab none.pub none.pub
/cities/pub/collaboratives/pub-table/members/999999999/ none.pub none.pub
/cities/pub/collaboratives/pub-table/gaps/          all         x
/cities/priv/collaboratives/priv-table/gaps/        read.priv   x
/cities/pub/collaboratives/far-table/gaps/          nobody      X
/cities/pub/collaboratives/pub-table/next-steps/    all         x
/cities/priv/collaboratives/priv-table/next-steps/  read.priv   x
/cities/pub/collaboratives/far-table/next-steps/    nobody      X
/cities/pub/collaboratives/pub-table/what-if/       all         x
/cities/priv/collaboratives/priv-table/what-if/     read.priv   x
/cities/pub/collaboratives/far-table/what-if/       nobody      X
/actors/fund/                                       all         x
/actors/pub-hall/                                   all         x
/actors/part-hall/                                  look.part    x
/actors/priv-hall/                                  look.priv    x
/actors/far-hall/                                   look.far     x
/actors/pub-proposed/                               draft.pub   x
/actors/gone/                                       nobody      x
/actors/fund/suggest/                               suggest.nat suggest.nat
/actors/pub-hall/suggest/                           nobody      nobody
/actors/fund/claim/                                 in          in
/actors/pub-hall/claim/                             nobody      nobody
/actors/fund/answers/                               speak.nat   speak.nat
/actors/fund/edit/                                  national    national
/actors/pub-hall/edit/                              none.pub    none.pub
/actors/fund/skills/                                national    national
/actors/far-hall/skills/                            none.pub    none.pub
/actors/fund/contacts/                              national    national
/actors/pub-hall/contacts/                          none.pub    none.pub
/actors/fund/contacts/999999999/                    none.pub    none.pub
/actors/fund/offers/                                national    national
/actors/fund/offers/{far.offer}/                    none.pub    none.pub
/actors/fund/needs/                                 national    national
/actors/fund/needs/{far.need}/                      none.pub    none.pub
/merge/?keep=fund&merge=pub-hall                    none.nat    none.nat
/merges/{pub.merge}/                                none.nat    none.nat
/history/person/                                    none.nat    none.nat
/history/organization/999999999/                    none.nat    none.nat
/solutions/pub-project/                             all         x
/solutions/part-project/                            read.part   X
/solutions/priv-project/                            read.priv   X
/solutions/far-project/                             read.far    X
/solutions/gone/                                    nobody      X
/api/v1/actors/pub-hall/                            all         X
/api/v1/actors/part-hall/                           look.part   X
/api/v1/actors/priv-hall/                           look.priv   X
/api/v1/actors/far-hall/                            look.far    X
/api/v1/actors/pub-proposed/                        draft.pub   X
/api/v1/actors/gone/                                nobody      X
/api/v1/cities/pub/gaps/                            all         X
/api/v1/cities/part/gaps/                           read.part   X
/api/v1/cities/priv/gaps/                           read.priv   X
/api/v1/cities/far/gaps/                            read.far    X
/api/v1/cities/gone/gaps/                           nobody      X
/api/v1/collaboratives/pub-table/gaps/              all         X
/api/v1/collaboratives/part-table/gaps/             read.part   X
/api/v1/collaboratives/priv-table/gaps/             read.priv   X
/api/v1/collaboratives/far-table/gaps/              read.far    X
"""

OF_ALL = """
                                                    GET         POST
/                                                   all         x
/solutions/                                         all         x
/compare/                                           all         x
/compare/?city=far&city=pub                         all         x
/compare/figures.csv                                all         x
/method/                                            all         x
/to-check/                                          national    national
/actors/new/                                        national    national
/actors/similar/                                    national    x
/merges/                                            national    x
/history/                                           national    x
/api/v1/compare/                                    all         X
/api/v1/schema/                                     all         X
/start/                                             in          x
/outbox/                                            nobody      x
/i18n/setlang/                                      all         all
/live                                               all         x
/ready                                              all         x
/p/                                                 link        x
/p/continue/                                        all         all
/p/new-link/                                        nobody      nobody
/p/new-link/sent/                                   all         x
/p/no-mail/no-such-token-as-this-one/               nobody      nobody
/p/confirm/                                         x           link
/p/change/                                          link        x
/p/about/                                           link        link
/p/kind/                                            link        link
/p/place/                                           link        link
/p/skills/domain-policy/                            link        link
/p/skills/gone/                                     nobody      nobody
/p/ties/                                            link        link
/p/ties/add/                                        link        x
/p/ties/add/pub-lab/                                link        link
/p/ties/add/pub-proposed/                           nobody      nobody
/p/ties/add/far-hall/                               nobody      nobody
/p/ties/missing/                                    link        link
/p/lend/                                            link        link
/p/need/                                            link        link
/p/check/                                           link        link
/p/done/                                            link        x
/p/no-such-token-as-this-one/                       all         x
/account/                                           in          x
/account/login/                                     all         all
/account/login/code/                                all         all
/account/login/code/confirm/                        all         all
/account/logout/                                    all         all
/account/signup/                                    all         all
/account/inactive/                                  all         x
/account/confirm/                                   in          in
/account/password/change/                           in          in
/account/password/set/                              in          in
/account/password/reset/                            all         all
/account/password/reset/sent/                       all         x
/account/password/reset/1-set-password/             all         all
/account/password/reset/done/                       all         x
/account/second-step/                               in          x
/account/second-step/authenticate/                  all         all
/account/second-step/reauthenticate/                in          in
/account/second-step/totp/activate/                 in          in
/account/second-step/totp/deactivate/               none.pub    none.pub
/account/second-step/recovery-codes/                none.pub    late
/account/second-step/recovery-codes/generate/       in          in
/account/second-step/recovery-codes/download/       none.pub    none.pub
/account/second-step/webauthn/                      in          x
/account/second-step/webauthn/add/                  in          in
/account/second-step/webauthn/reauthenticate/       in          in
/account/second-step/webauthn/keys/1/remove/        in          in
/account/second-step/webauthn/keys/1/edit/          in          in
/account/second-step/webauthn/login/                all         all
/cities/new/                                        national    national
/account/proposals/                                 in          x
/account/erase/                                     national    national
/account/sessions/                                  in          in
"""
