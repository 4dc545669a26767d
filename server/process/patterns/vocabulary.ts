/**
 * Words that programs write in their messages, in lower case. Part of pattern v1, frozen.
 *
 * The common English words (SCOWL size 10), those up to size 50 that stand in string literals of three programs or
 * more, and other words of three letters or more that stand in eight; without names of people and accounts. The
 * programs, their sources open: the packages this repository develops with, Go's and Python's standard libraries, 2026-11.
 * `bench/patterns/collect-words.ts` collected them; no log was read for it.
 *
 * SCOWL is Copyright 2000-2011 by Kevin Atkinson. Permission to use, copy, modify, distribute and sell these word
 * lists, the associated scripts, the output created from the scripts, and its documentation for any purpose is hereby
 * granted without fee, provided that the above copyright notice appears in all copies and that both that copyright
 * notice and this permission notice appear in supporting documentation. Kevin Atkinson makes no representations about
 * the suitability of this array for any purpose. It is provided "as is" without express or implied warranty.
 */
export const VOCABULARY = `
abc abilities ability able abort aborted aborting about above abruptly abs absence absent absolute absolutely abstract
abuse academic accept acceptable accepted accepting accepts access accessed accessible accessing accident accidental
accidentally accord accorded according accordingly accords account accounted accounts accumulate accuracy accurate
achieve achieved achieves achieving acme acorn acquire acquired acquires acquiring across act acted acting action
actions activate active activities activity acts actual actually ad adapter add added adding addition additional addr
address addressable addressed addresses addressing adds adequate adjust adjusted adjusting administration admit admits
admitted admittedly admitting adopt adopted adopting adopts advance advanced advances advancing advantage advantages
advertise advertised advertises advertising advice advise advised advises advising affair affairs affect affected
affecting affects afford afraid after afternoon afterwards again against age agency agent agents ages aggregate ago
agree agreed agreeing agreement agrees ahead aid aim aimed aiming aims air alarm album alert algorithm algorithms
alias aliased aliases aliasing align aligned alignment alive all allocate allocated allocates allocating allocation
allocations allocs allow allowed allowing allows almost alone along alongside alpha alphabet alphanumeric alpine
already also alter altered altering alternate alternative alternatively alternatives alters although altogether always
am amazon ambiguous among amount amounts amp amuse amused amuses amusing an analogue analysis analyze analyzing
ancestor anchor ancient and android angle angry animal annotate annotated annotation annotations announce announcement
annoy annoyed annoying annoys annual anonymous another answer answered answering answers any anybody anymore anyone
anyplace anything anyway anywhere apart api apologies apology app apparent apparently appeal appear appearance
appeared appearing appears append appended appending apple applicable application applications applied applies apply
applying appreciate appreciated appreciates appreciating approach appropriate approval approve approved approves
approving arbitrary arc arch architecture architectures archive archives are area areas aren arg args argue argued
argues arguing argument arguments arise arises arithmetic arm army around arrange arranged arrangement arrangements
arranges arranging array arraybuffer arrays arrive arrived arrives arriving arrow art article articles artifact
artifacts artificial artist as ascii aside ask asked asking asks asleep aspect aspects assembler assembly assert
assertion assertions asset assets assign assignable assigned assigning assignment assignments assist assistant
associate associated associates associating association assume assumed assumes assuming assumption assure assured
assures assuring ast async asynchronous asynchronously at ate atmosphere atom atomic attach attached attaching
attachment attachments attack attempt attempted attempting attempts attend attended attending attends attention
attitude attr attract attractive attribute attributes attrs audience audio auth authenticate authenticated
authentication author authorities authority authorization authors auto automatic automatically automobile autumn
available average avoid avoided avoiding avoids await awaited awaiting awake award aware away awful awkward ax axis
babel back backed backend background backing backs backslash backup backwards bad badly baggage balance balanced ball
ban band bank bare barrier bars base based baseline bases bash basic basically basing basis batch battery be bear
bearer bearing bears beautiful became because become becomes becoming bed been beep before beforehand began begin
beginning begins begun behalf behave behavior behaviour behind being believe believed believes believing bell belong
belongs below bench benchmark benchmarks benefit benefits besides best bet beta bets better betting between beyond
bias bid bidding bids big bigger biggest bigint bin binaries binary bind binding bindings binds biology birth bisect
bit bite bites biting bitmap bits bitten bizarre black blah blame blank blink blob block blocked blocking blocks blow
blue board boards boat bodies body bogus bold book books bool boolean boom boot booted bootstrap border bore borne
borrow borrowed borrowing borrows both bother bothered bothering bothers bottle bottom bought bound boundary bounded
bounds box boxes boy brace braces bracket brackets branch branches brand breach break breakdown breaking breakpoints
breaks brew bridge brief briefly bright bring bringing brings broadcast broadcasting broadcasts broke broken brother
brought brown browser browsers bubble bubbles bucket buckets budget buf buffer buffered buffers bug bugs build builder
builders building buildings builds built builtin bulk bulletin bun bundle bundled buried buries bury burying bus
business busy but button buy buying buys buzz by bye bypass byte bytes cache cached caches caching calculate
calculated calculation calculations calendar call callable callback callbacks called caller callers calling calls came
campaign can canary cancel canceled canceling cancellation cancelled candidate candidates cannot canonical canvas cap
capabilities capability capable capacity capital capped captain capture captured capturing car card cardboard cards
care careful carefully cares carriage carried carries carry carrying case cases cassette cast cat catch catches
catching categories category caught cause caused causes causing cease cell cent center central century certain
certainly certificate certificates cgi cgo chain chained chaining chair chairman challenge chan chance chances change
changed changes changing channel channels chaos chapter char character characters charge charged charges charging
chars charset cheap cheaper cheapest check checked checker checking checkout checks checksum cheese chemical child
children china chip chips choice choices choose chooses choosing chose chosen chrome chunk chunks church cipher circle
circuit circular circularity circulation circumstance circumstances citizen city claim claimed claiming claims clang
clarify clash class classes classic classification classified classify classname clause clauses clean cleaned cleaning
cleanup clear cleared clearer clearest clearing clearly clears clever cli click clicked client clients clock clone
cloned cloning close closed closely closer closes closest closing closure cls club clue cmd coalesce code coded codes
coding coefficient coerced coffee col cold collapse collect collected collecting collection collections collects
college colleges collision collisions colon colons color colors cols column columns com combination combinations
combine combined combines combining come comes coming comma command commands commas comment commented commenting
comments commercial commission commit commitment committed committee common commonly communicate communicating
communication communications community compact company comparable comparatively compare compared compares comparing
comparison comparisons compatibility compatible competition compile compiled compiler compiles compiling complain
complained complaining complains complaint complaints complement complete completed completely completes completing
completion complex complexity compliant complicate complicated complicates complicating component components compose
composed composes composing composite composition compound comprehensive compress compressed compression compromise
compulsory computation compute computed computer computers computes computing concatenate concatenated concatenation
concept concern concerned concerning concerns conclusion concrete concurrency concurrent concurrently condition
conditional conditions conference confident config configurable configuration configure configured confirm
confirmation confirmed confirming confirms conflict conflicting conflicts conform confuse confused confuses confusing
confusion connect connected connecting connection connections connector connects consecutive consequence consequences
consequently consider considerable considerably consideration considered considering considers consist consistency
consistent consists console const constant constants constrained constraint constraints construct constructed
constructing construction constructor consume consumed consumes consumption contact contain contained container
containing contains content contention contents context contexts continually continuation continue continued continues
continuing continuous continuously contract contrary contrast contribute contributes contribution contributions
control controlled controlling controls convenience convenient convention conventional conventions conversation
conversion conversions convert converted converting converts convince convinced convinces convincing cookie cookies
coordinate coordinates cope copied copies copy copying copyright core corner corners correct corrected correcting
correction correctly corrects correlation correspond corresponding corrupt corrupted corrupting corruption corrupts
cost costing costs could couldn council count counted counter counters counting country counts county couple courier
course courses court cover coverage covered covering covers cpu crash crashed crashes crashing crazy cream create
created creates creating creation creature credential credentials credit credits crisis crisp crisps critical
criticism cross cry crypt crypto cs css csv ctx culprit culture cumming cums cumulative cup cure curious currency
current currently cursor curve custom customer cut cutoff cuts cutting cwd cycle cycles cyclic daemon daily damage
damaged damages damaging danger dangerous dangling dare dark darwin dash data database datatype date dated dates
datetime dating datum day days dead deadline deadlock deal dealing deals dealt dear death debate debug debugger
debugging decade decent decide decided decides deciding decimal decision decisions declaration declarations declare
declared declares declaring decode decoded decoder decodes decoding decompress decompressed decompressing
decompression decorated decoration decorator decorators decrease decreased decryption dedicate dedicated dedicates
dedicating deduce deem deemed deeming deems deep deeply def default defaulting defaults defer deferred defers define
defined defines defining definite definitely definition definitions definitive deflate degree degrees dehydrated delay
delayed delegate delete deleted deletes deleting deletion deliberate deliberately delight delimiter delimiters deliver
delivered delivering delivers delivery delta demand demands demo democratic demonstrate demonstration denied
denominator denying department depend depended dependencies dependency dependent depending depends deprecated
deprecation depth derive derived derives deriving desc descending describe described describes describing description
descriptions descriptor descriptors design designed designing designs desirable desire desired desires desiring desk
desperate despite dest destination destroy destroyed destroying destroys detached detail detailed detailing details
detect detected detecting detection detector detects determine determined determines determining deterministic dev
develop developed developing development develops device devices devote devoted devotes devoting diagnostic dial
dialect dict dictionaries dictionary did didn die died dies diff differ difference differences different differently
differing differs difficult difficulties difficulty digest digests digit digital digits digraph dim dimension
dimensions dinner dir direct directed directing direction directions directive directives directly director
directories directory directs dirty dis disable disabled disables disadvantage disagree disagrees disallowed disallows
disappear disappeared disappearing disappears disassemble disaster disc discard discarded discarding discipline
disconnected discount discourage discouraged discourages discouraging discover discovered discovering discovers
discovery discs discuss discussed discusses discussing discussion discussions disk dislike dispatch dispatched display
displayed displaying displays disposable disposal disposing disposition dist distance distant distinct distinction
distinctly distinguish distribute distributed distributes distributing distribution district disturb disturbed
disturbing disturbs ditto div divide divided divides dividing divisible division divisor dns do doc docs doctype
document documentation documented documenting documents doe does doesn dog doing dollar dom domain domains don done
door doors dot dots dotted double doubled doubt doubtful down download downloading dozen dozens drain drastic draw
drawing drawn draws dream drink drive driven driver drivers drives driving drop dropped dropping drops drove dry dst
dubious due dumb dummy dump dumps duplicate duplicated duplicates durable duration during duty dwarf dying dynamic
dynamically each earlier earliest early earth ease easier easiest easily east eastern easy eat eaten eating eats echo
echoed economic economy edge edit edited editing edition editor editors edits education educational effect effective
effectively effects efficient effort efforts eight either elapsed elect elected electing election electric electron
electronic electronics elects elem element elements elevator elf eliminated ellipsis elliptic else elsewhere em email
emails embarrass embarrassed embarrasses embarrassing embed embedded embeds emergency emit emits emitted emitting
emoji emphasis employee empty emulation enable enabled enables enabling enc enclosed enclosing encode encoded encoder
encoding encounter encountered encountering encounters encourage encouraged encourages encouraging encrypt encrypted
encryption end ended ending endpoint ends enemy enforced engine engineer engineered engineering engineers enjoy
enormous enough ensure ensured ensures ensuring enter entered entering enters entire entirely entitle entitled
entitles entitling entity entrance entries entropy entry enum enumerable enumerate enumeration env envelope
environment environments eof epilogue epoch equal equality equally equals equipment equivalent eraser err error
errored errors es escape escaped escapes escaping especially essential essentially establish established establishes
establishing establishment estimate etc eval evaluate evaluating evaluation even evened evening evenings evens event
events eventually ever every everybody everyone everything everywhere evidence evil ex exact exactly examine examined
examines examining example examples exceed exceeded exceeding exceeds excellent except exception exceptions excess
excessive exchange exclude excluded excludes excluding exclusive exclusively excuse exec executable execute executed
executes executing execution executor exercise exhausted exhaustion exhaustive exist existed existence existing exists
exit exited exiting exits exp expand expanded expanding expands expansion expect expectation expected expecting
expects expense expensive experience experienced experiences experiencing experiment experimental experiments expert
experts expired expires expiring expiry explain explained explaining explains explanation explicit explicitly explorer
exponent exponents export exported exports expose expr express expressed expresses expressing expression expressions
ext extend extended extending extends extension extensions extensive extent external extra extract extracted
extraction extraneous extreme extremely eye eyes fa face facilities facility fact factor factors factory facts fail
failed failing fails failure failures fair fairly faith fake fall fallback fallen falling falls false familiar family
famous fan fancy far farm farther farthest fashion fast faster fastest fatal fate father fault faults favor fear
feasible feature features fed federal feed feedback feeding feeds feel feeling feels feet fell felt fetch fetched
fetching few fewer fewest field fieldname fields fight figure figures file filed filename filenames filepath files
filesystem filing fill filled filling fills film filter filtered filtering filters final finalized finalizing finally
financial find finding finds fine finger fingerprint fingers finish finished finishes finishing finite fire fired firm
firmly first firstly fiscal fish fishes fit fits fitted fitting five fix fixed fixes fixing flag flags flaky flash
flashed flashes flashing flat flatten flattened flavor flavors flew flexible flied flies flight float floated floating
floats floor flow flown flows flush flushed flushing fly flying fmt focus fold folded folder folk folks follow
followed following follows font food foot for forbidden force forced forces forcing foreground foreign forever forget
forgets forgetting forgot forgotten fork form formal format formats formatted formatting formed former forming forms
forth forthcoming fortunately fortune forward forwarded found four fourth fox fraction fractional fragment frame
frames framework free freebsd freed freedom freeing freely french frequency frequent frequently fresh friend friendly
friends fries from front frozen fry full fully fun func funcname function functionality functions fund fundamental
fundamentally funds funny further furthest future futures fuzz fuzzing gain gained gaining gains game games gap gaps
garbage garden gas gasoline gateway gather gave gen general generally generate generated generates generating
generation generator generators generic genuine get gets getting gid girl give given gives giving glad glass glob
global globally globalthis gmt gnu go goal gob godebug goes going golang golden gomaxprocs gone good goodbye goods
google goos gopher gophers goroutine got gotten government governor grace gradually graduate grammar grand grands
grant granted granting grants granularity graph graphic graphics grass grateful grave gray great greater greatest
greatly green greeting grew grid grind grinding grinds gross grosses ground grounds group grouping groups grow growing
grown grows growth gs guarantee guaranteed guaranteeing guarantees guard guess guessed guesses guessing guide gun guy
gzip ha habit habits hack hacker had hair half hall hand handed handing handle handled handler handlers handles
handling hands handshake handy hang hanged hanging hangs happen happened happening happens happily happy hard harder
hardest hardly hardware harm harmful harmless has hasattr hash hashed hashes hashing hasn hat hate have haven having
he head headed header headers heading heads health healthy heap hear heard hearing hears heart heat heavily heavy
height held hell hello helmet help helped helper helpers helpful helping helps hence her here hereby herself hes hex
hexadecimal hi hid hidden hide hides hiding hierarchical high higher highest highlight highly hill him himself hint
hints his historical history hit hits hitting ho hold holder holding holds hole holes holiday holidays home honest
hook hooks hope hoped hopefully hopes hoping horrible horse horses hospital host hosted hostname hosts hot hotel hour
hours house how however href html http https huge human hundred hundreds hung hunt hurry husband hydrate ice icon id
idea ideal ideas identical identified identifier identifiers identifies identify identity idle ids idx if ignore
ignored ignores ignoring ill illegal image images imagination imagine immediate immediately immutable imp impact
implement implementation implementations implemented implementing implements implication implications implicit
implicitly implied implies imply implying import importance important importantly imported importer importing imports
impose imposed imposes imposing impossible impression improper improve improved improvement improvements improves
improving in inability inaccessible inactive inadequate inappropriate inch inches incident incidentally incline
inclined inclines inclining include included includes including income incoming incompatible incomplete inconsistency
inconsistent inconvenience incorrect incorrectly increase increased increases increasing increment incremental
incremented indeed indent indentation indented independent independently index indexed indexes indexing indicate
indicates indicating indication indicator indices indirect individual individually individuals industrial industry
inevitably inexact inf infer inferior inferred infinite infinity influence info inform information informed informing
informs inherit inheritance inherited init initial initialization initialize initialized initializer initially
initials initiating inject injected injecting injection inline inner innocent input inputs inputted inputting insecure
insert inserted inserting insertion inserts inside insist insisted insisting insists inspect inspector install
installation installed installing installs instance instanceof instances instant instantiate instantiated instantly
instead institution institutions instruction instructions instrumentation insufficient insurance int integer integers
integral integrated integration integrity intel intelligence intelligent intend intended intending intends intention
intentional intentionally interact interaction interactive interest interested interesting interests interface
interfaces interior interleaving intermediate intermediates internal internally internals international internet
interpret interpretation interpreted interpreter interpreting interprets interrupt interrupted intersection interval
intervals intervention into intrinsic introduce introduced introduces introducing introduction introspection invalid
invalidate invalidated invariably invariant invent invented inventing invents inverse inverted investigate invisible
invitation invite invited invites inviting invocation invoke invoked invokes invoking involve involved involves
involving irrelevant irritate irritated irritates irritating is isabsolute isinstance island isn iso isolate isolated
isolates isolating isolation issue issued issues issuing it italics item items iter iterable iterate iterating
iteration iterations iterator iterators its itself jan javascript job jobs join joined joining joins joint joke joy
json judge jump jumped jumps junctions junk just justification justified justifies justify justifying keen keep
keeping keeps kept kernel key keyboard keyed keys keyword keywords kid kill killed killing kills kind kindly kinds
king knew knock knocked knocking knocks know knowing knowledge known knows ks kwargs kwds la label labels laboratory
lack lacked lacking lacks ladies lady lain lambda land landed landing lands lang language languages large largely
larger largest last lasts late latency later latest latter law laws lax lay layer layout lazy leach lead leaded leader
leading leads leaf leak leaked leaking leaks learn learning learns least leave leaved leaves leaving lecture lectures
led left leftmost leftover leg legacy legal legally legs len lend length lengths less lesser lesson lessons let lets
letter letters letting level levels liable lib liberation libraries library license lie lied lies life lifetime lift
light lights lightweight like liked likely likes likewise liking limit limitation limited limiting limits line linear
lineno lines link linkage linked linker linking links linux list listed listen listener listening listing lists lit
lite literal literally literals literature little live lived lives living lo load loaded loader loaders loading loads
loan local locale localhost locally locals locate located location locations lock locked locking locks log logged
logger logging logic logical login logo logout logs lone long longer longest look looked looking looks lookup loop
looping loops loose lorries lorry lose loses losing loss lost lot lots loudly love loves low lower lowercase lowest ls
luck lucky lunch lying ma mac machine machines macos macro mad made magic magnetic magnitude mail mailbox main mainly
maintain maintained maintaining maintains major majority make makes making malformed malloc man manage managed
management manager manages managing mandatory manifest manipulate manipulation manner mantissa manual manually manuals
many map mapped mapper mapping mappings maps mar march margin mark marked marker markers market marking marks markup
marriage marry marshal marshaled marshaling mask masked masks mass massive master match matched matches matching
material materials math mathematical mathematics matrix matter matters max maximum maxlength may maybe me mean meaning
meaningful meaningless meanings means meant measure measured measurements measures measuring mechanic mechanics
mechanism mechanisms media median medical medium mediums meet meeting meetings meets member members membership memo
memory men mention mentioned mentioning mentions menu mere merely merge merged merging merit merits mess message
messages messy met meta metadata metal method methods metric metrics mi microsoft middle midnight might migrate
migration mile miles military million millions millisecond milliseconds mime min mind minded minding minds mine
minimal minimizing minimum minor minority minute minutes mirror miscellaneous misdirected mislead misleading misleads
misled mismatch mismatched mismatching miss missed misses missing mistake mistaken mistakes mistaking mistook
misunderstand misunderstanding misunderstands misunderstood misuse mix mixed mixes mixing mixture mmap mock mocking
mocks mod mode model models modern modes modification modified modifier modifiers modifies modify modifying module
modules modulus moment money monitor mono month months moral more morning mornings most mostly mother motion mount
mountain mounted mouth move moved movement movements moves movie moving ms msg mu much multi multiline multipart
multiple multiplication multiply multiprocessing music must mutable mutate mutated mutating mutation mutations
mutually my myself mysterious naive name named namely names namespace naming nan nanoseconds nargs narrow nasty nation
national native natural naturally nature naughty navigation navigator near nearby nearer nearest nearly necessarily
necessary necessity neck need needed needing needle needs negate negated negation negative negotiated negotiates
neither nervous nest nested nesting net network networks never nevertheless new newer newest newline news next nice
nicer nicest night nil nine no node nodes noise noisy non nonce none nonsense nonzero nor norm normal normalization
normalize normalized normally north not notation note noted notes nothing notice noticed notices noticing notification
notify noting novel now nowadays nowhere npm nul null nulls num numb number numbers numbest numeric numerical numerous
obey obj object objected objecting objection objections objects obscure observation observe observed observer observes
observing obsolete obtain obtained obtaining obtains obvious obviously occasion occasional occasionally occasions
occupied occupies occupy occupying occur occurred occurrence occurrences occurring occurs octal octet octets odd odds
of off offer offered offering offers office officer offices official offset offsets often oh oid oil okay old older
oldest omit omits omitted omitting on once one ones only onto oops opaque opcode open opened opener opening opens
opera operand operands operate operated operates operating operation operations operator operators opinion opinions
opportunities opportunity oppose opposed opposes opposing opposite opposition opt optimization optimizations optimize
optimized option optional optionally options opts or orange order ordered ordering orders ordinal ordinary
organization orientation origin original originally originated orphan orphaned other others otherwise ought our ours
ourselves out outcome outcomes outdated outer outlet outlining output outputs outside over overall overflow overflows
overhead overlap overlapped overlapping overlaps overlay overload overridden override overrides overriding overview
overwrite overwriting overwritten owe owed owes owing own owned owner owners ownership owns pa pack package packages
packed packet packing pad padding page pages paid pain painful pair pairs panic panicked panicking panics paper papers
par paragraph parallel parallelism param parameter parameters params parent parentheses parenthesis parenthesized
parents park parse parsed parseint parser parses parsing part partial partially particular particularly parties
partition partitioned partly parts party pass passed passes passing password past patch patched patches path pathname
paths patient pattern patterns pause pay payed paying payload payment pays peace peak peculiar peek peer pen pending
people pep per percent percentage percentile perfect perfectly perform performance performed performing performs
perhaps period perm permanent permanently permission permissions permit permits permitted permitting persist persisted
persistent person personal personally persons persuade persuaded persuades persuading pet petrol phase phenomenon
philosophy phone phrase phrases physical pi pick picked picking pickle pickled pickling picks picture pictures pid pie
piece pieces pile ping pint pip pipe pipeline pipes pixel pixels pkg place placed placeholder placement places placing
plain plaintext plan plane planet planned planning plans plant plastic platform platforms play played playing plays
playwright plea pleasant please pleased pleases pleasing plenty plot plots plug plugin plugins plural plus pocket pod
poem poet point pointed pointer pointers pointing pointless points police policies policy political poll pollution
pool poor pop popped popping popular populate populated population port portable portion ports pos position positional
positions positive posix possibilities possibility possible possibly post posted posting postmaster posts potential
potentially pound pounds power powerful powers practical practically practice pre preamble precedence precedes
preceding precise precisely precision precondition predicate prefer preferable preferably preference preferences
preferred preferring prefers prefix prefixes prematurely preparation prepare prepared prepares preparing presence
present presented presenting presents preserve preserved preserving preset president press pressed presses pressing
pressure presumably presume pretty prev prevent prevented preventing prevents preview previous previously price prices
primary prime primitive primitives principle principles print printable printed printer printers printf printing
printout prints prior priority private privileges probability probably probe problem problems procedure proceed
proceeding process processed processes processing processor processors produce produced produces producing product
production products professional profile profiled profiles profiling prog program programmed programmer programmers
programming programs progress progressive prohibited project projects promise promised promises promising prompt
promptly prompts prone proof prop propagated proper properly properties property proportion proportional proposal
propose proposed proposes proposing props prospect protect protected protecting protection protects protest proto
protocol protocols prototype prove proved proves provide provided provider providers provides providing proving
proxies proxy pruning pseudo ptr public publication publicity publicly publish published publishes publishing pull
pulled pulling pulls punctuation puncture purchase pure purely purpose purposes push pushed pushes pushing put puts
putt putted putting putts pwd python qualified qualifier qualifies qualify qualifying quality quantifier quantities
quantity quarter queries query question questions queue queued quick quicker quickest quickly quiet quietly quit quite
quits quitting quota quotation quote quoted quotes quotient quoting race racy radio rain raise raised raises raising
ran rand random randomize randomly range ranges rank rapid rapidly rare rarely rate rates rather ratio raw re reach
reachable reached reaches reaching react reaction read readable readall reader readers readfile readily reading reads
ready real reality really realm reason reasonable reasonably reasons rebuild rebuilds rebuilt recall receive received
receiver receives receiving recent recently reception recipient recipients recognition recognize recognized recommend
recommendation recommended recommending recommends recompile reconnect record recorded recording records recover
recovered recovering recovers recovery recreate recursion recursive recursively red redefine redefined redefinition
redirect redirected redirection redirects reduce reduced reduces reducing reduction redundant ref refer reference
referenced references referred referring refers refill reflect reflected reflecting reflection reflects refresh
refreshed refs refuse refused refuses refusing regard regarded regarding regardless regards regenerate regex regexp
region regions register registered registering registers registration registrations registry regression regret regular
regularly regulation regulations reinstall reject rejected rejecting rejection rejections rejects rel relate related
relates relating relation relationship relationships relative relatively release released releases releasing relevance
relevant reliable relies religion religious reload relocation reluctant rely remain remainder remained remaining
remains remark remarks remember remembered remembering remembers remind reminded reminding reminds remote remotely
removal remove removed removes removing rename renamed render rendered rendering renders reopen reopened repair repeat
repeatable repeated repeatedly repeating repeats repetition replace replaced replacement replaces replacing replay
replied replies reply replying report reported reporter reporters reporting reports repository repr represent
representation representative represented representing represents reproduce request requested requesting requests
require required requirement requirements requires requiring rerun res research reserve reserved reserves reserving
reset resets resetting resident resolution resolve resolved resolver resolves resolving resort resource resources
respect respectively respects respond responded response responses responsibility responsible rest restart restarted
restoration restore restored restores restoring restrict restricted restricting restriction restrictions restricts
result resulted resulting results resume resuming retain retained retries retrieve retrieved retrieves retry retrying
return returned returning returns reuse reused reusing reveal revealed revealing reveals reverse reversed revert
review revision revoked rewind rewrite rewriting rfc rid ridding ride ridiculous rids riff right rights ring rise risk
river road robots rock role roles roll rollback rolled roman room rooms rooted roots rotate rotated rough roughly
round rounded rounding rounds roundup route router routes routine row rows rs rubber rubbish rule rules run rune runes
runner running runs runtime rush sad sadly safe safely safer safest safety said saint sake sale sales salt same sample
sampled samples sampling sanity sans sat satisfied satisfies satisfy satisfying save saved saves saving saw say saying
says scalar scale scan scanned scanner scanning scenario scene schedule scheduled scheduler scheduling schema schemas
scheme schemes school schools science sciences scientific scissors scope scopes score scores scrap scratch screen
screens screenshot script scripts scroll sdk sealed search searched searches searching season second secondary
secondly seconds secret secretary secrets section sections secure security see seed seeded seeds seeing seek seeking
seeks seem seemed seeming seems seen sees segment segmentation segments select selected selecting selection selector
selectors selects self sell selling sells semantics semaphore semaphores semicolon seminar send sender sending sends
senior sense sensible sensibly sensitive sent sentence sentences sentinel sep separate separated separately separation
separator seq sequence sequences sequential sequentially serial serialization serialize serialized serializes series
serious seriously serve served server servers serves service services serving sesame session sessions set sets setter
settimeout setting settings settle settled settles settling setup seven several severe severely severity sex sh shall
shallow shame shape share shared shares sharing sharp she shebang sheet shelf shell shells shift shifted shim ship
shoot shop shopped shopping shops short shortage shortcut shorter shortest shorthand shortly should shouldn show
showed showing shown shows shrink shrinking shuffle shuffled shut shutdown shuts shutting sibling side sidecar sides
sig sight sigma sign signal signaled signaling signals signature signatures signed significance significant
significantly signing signs silence silent silently silly similar similarly simple simpler simplest simply simulate
simultaneous simultaneously sin since sincerely single singleton singular sink sit site sites sits sitting situation
situations six size sizeof sizes skew skill skills skip skipped skipping skips slash slashes slated sleep sleeping
slept slice slices slicing slight slightly slip slot slots slow slower slowest slowly slug small smaller smallest
smile smooth snappy snapshot snapshots so social society socket sockets soft software sold sole solely solid solution
solutions solve solved solves solving some somebody somehow someone someplace something sometime sometimes somewhat
somewhere son soon sooner soonest sophisticate sophisticated sophisticates sophisticating sorry sort sorted sorting
sorts sought sound sounded sounding sounds source sources south southern space spaces spam span spans spare sparse
spawn spawned spawning speak speaker speakers speaking speaks spec special specially specific specifically
specification specified specifier specifiers specifies specify specifying specs speech speed spell spelling spells
spend spending spends spent spirit spite splice split splits splitting spoke spoken spot spots spotted spotting spread
spreading spreads spring sprint spurious sql square src ssl stability stable stack stacks staff stage stages stale
stalled stamp stand standard standards standing stands star start started starting starts startup stat state stated
statement statements states static statically stating station stations statistic statistical statistics stats status
stay stayed staying stays std stderr stdin stdout steal step steps stick sticking sticks sticky still stock stone
stones stood stop stopped stopping stops storage store stored stores storing story str straight straightforward
strange strategy strconv stream streaming streams street strength stress strict strictly stride strike strikes
striking string stringer stringify strings strip stripped strong strongly struck struct structural structure
structures stub stuck student students studied studies study studying stuff stupid style styles stylesheet sub
subclass subclasses subdivision subject subjects submit submits submitted submitting subpath subprocess subprogram
subscript subscription subscriptions subsequent subset substantial substitute substituted substitution substring
subsystem subtle subtract succeed succeeded success successes successful successfully successive successor such sudden
suddenly suffer suffered suffering suffers suffice sufficient sufficiently suffix sugar suggest suggested suggesting
suggestion suggestions suggests suit suitable suitably suite suited suites suiting suits sum summary summer sun sup
super superior supervisor supplied supplies supply supplying support supported supporting supports suppose supposed
supposedly supposes supposing suppress suppressed suppressing sure surely surface surprise surprised surprises
surprising surrogate survey survive survived survives surviving suspect suspected suspecting suspects suspend
suspended suspending suspends suspicion swap swapped swaps sweep switch switched switches switching symbol symbolic
symbols symlink symmetric sync synchronization synchronous syntax syntaxerror sys syscall system systems tab table
tables tabs tag tagged tagname tags tail take taken takes taking talk talked talking talks tank tanks tap tape tapes
tar target targets task tasks taste taught tax tea teach teacher teaches teaching team teapot technical technique
techniques technology tedious teeth telemetry telephone television tell telling tells temp temperature template
templates temporarily temporary ten tend tendency tends term terminal terminals terminate terminated terminates
terminating termination terminator terminology terms terrible terribly test tested tester testing tests text than
thank thanks that the their them theme themes themselves then theoretical theory there thereby therefore these they
thin thing things think thinking thinks third this thoroughly those though thought thoughts thousand thousands thread
threads threat three threshold threw through throughout throughput throw throwing thrown throws thus ti tick ticket
tickets ticks tie tied ties tight tilde till time timed timeout timer timers times timestamp timestamps timezone
timing tin tint tiny title titles tls to today todo together tok token tokens told tomorrow tonight too took tool
tools tooth top topic topics total totally touch touched touches touching toward towards town trace traceback tracer
traces tracing track tracked tracking tracks traditional traffic trailer trailing train trained training trains
transaction transactions transcript transfer transferred transferring transfers transform transformation transformed
transforms transition transitions translate translated translates translating translation transmit transparent
transport trap trapped trapping traps trash travel traverse treat treated treating treatment treats tree trees trial
trials trick tried tries trigger triggered triggering triggers trim trimmed trip triple trivial trouble truck trucks
true truly truncate truncated truncating truncation trunk trust trusted trusting trusts truth try trying ts tune tuple
tuples turn turned turning turns turtle twelve twenty twice two tying typ type typed typeerror typeof types typescript
typical typically typing ugly uid uint uintptr ultimate ultimately um unable unacceptable unassigned unauthorized
unavailable unaware unbalanced unbound unbounded uncertain unchanged unclear unclosed uncompressed undefined under
underflow undergraduate undergraduates underline underlying underneath underscore understand understanding understands
understood undo undocumented unexpected unexpectedly unfinished unfortunate unfortunately unhandled unhappy unicode
unified uniform unify unimplemented uninitialized uninstall union unique uniqueness unit unite units universal
universe universities university unix unknown unless unlike unlikely unlimited unlock unlocked unmarshal unmatched
unnamed unnecessarily unnecessary unpleasant unqualified unquote unquoted unreachable unread unreadable unreasonable
unrecognized unrelated unreliable unresolved unsafe unset unsigned unspecified unstable unsuitable unsupported
unterminated until unused unusual unwanted unwind up update updated updates updating upgrade upgrading upload upon
upper uppercase upset upsets upsetting upwards urgent uri url urls urn us usable usage use used useful useless user
username users uses using usual usually utc utilities utility utterly uuid vacation vacations vague vaguely val valid
validate validated validating validation validity valuable value values van vans var variable variables variant
variants variation varied varies variety varint various vars vary varying vast vastly vector vendor verb verbatim
verbose verbosity verification verified verify verifying version versions versus vertical very vet via vice video view
viewer views violation virtual virtually virtue visible vision visit visited visitor visual vital voice void volume
vote votes vulnerable wait waited waiter waiters waiting waits walk walked walking walks wall walls want wanted
wanting wants war warm warn warned warning warnings warns was wash wasi wasm wasn waste wasted wastes wasting watch
watched watcher watches watching water way ways we weak weapon wear wearing wears weather web wed week weekday weekend
weeks weight weighted weights weird welcome welcomed welcomes welcoming well went were west western what whatever
whatsoever wheel wheels when whence whenever where whereas whereby wherever whether which while whilst white
whitespace who whoever whole whom whose why wide widely wider widespread widest width wife wild wildcard will willed
willing wills win wind window windows wine winning wins winter wire wise wish wished wishes wishing with withdraw
within without woke woman women won wonder wondered wonderful wondering wonders wooden word worded wording words wore
work worked worker workers working works world worn worried worries worry worrying worse worst worth worthwhile worthy
would wrap wrapped wrapper wrappers wrapping wraps writable write writer writes writestring writing written wrong
wrongly wrote www xff xhtml xml xyz ye year years yellow yes yesterday yet yield yielded yo you young your yours
yourself zero zeroed zeros zip zlib zone zones zoom
`;
