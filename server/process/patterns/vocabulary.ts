/**
 * Words that programs write in their messages, in lower case. Part of pattern v1, frozen.
 *
 * Those of SCOWL's lists of English words up to size 50 that stand in string literals of three programs or more, and
 * other words of three letters or more that stand in eight, without names of people and accounts. The programs, all
 * under open licences: the packages this repository develops with and the standard libraries of Go and Python, 2026-11.
 * `bench/patterns/collect-words.ts` collected them; no log was read for it.
 *
 * SCOWL is Copyright 2000-2011 by Kevin Atkinson. Permission to use, copy, modify, distribute and sell these word
 * lists, the associated scripts, the output created from the scripts, and its documentation for any purpose is hereby
 * granted without fee, provided that the above copyright notice appears in all copies and that both that copyright
 * notice and this permission notice appear in supporting documentation. Kevin Atkinson makes no representations about
 * the suitability of this array for any purpose. It is provided "as is" without express or implied warranty.
 */
export const VOCABULARY = `
abc ability able abort aborted aborting about above abruptly abs absent absolute abstract accept acceptable accepted
accepting accepts access accessed accessible accessing accidentally according account accounted accounts accumulate
accuracy acme acorn acquire across act action actions activate active acts actual actually ad adapter add added adding
addition additional addr address addressable addresses adds adequate adjust adjusted adjusting advance advanced
advancing advertise advertised affect affected affects after again against age agent agents aggregate ago agree aid
alarm alert algorithm algorithms alias aliased aliases aliasing align aligned alignment alive all allocate allocated
allocates allocating allocation allocations allocs allow allowed allows almost along alongside alpha alphabet
alphanumeric alpine already also alter alternate alternative alters always am amazon ambiguous among amount amp an
analysis analyze analyzing ancestor anchor and android animal annotate annotated annotation annotations anonymous
another answer answers any anymore anything anyway anywhere api app appear appeared appears append appended appending
apple applicable application applied applies apply applying appropriate arbitrary arc arch architecture architectures
archive archives are area aren arg args argument arguments arithmetic arm around array arraybuffer arrays arrived
arrow artifact artifacts as ascii ask asked assembly assert assertion assertions asset assets assign assignable
assigned assigning assignment assignments assist associated assume assumes assuming ast async asynchronous
asynchronously at atom atomic attach attached attachment attachments attack attempt attempted attempting attempts attr
attribute attributes attrs audience audio auth authenticate authenticated authentication author authority
authorization authors auto automatic automatically available average avoid await awaited awaiting away ax axis babel
back backend background backing backslash backup backwards bad badly baggage balanced bare barrier base based baseline
bases bash basic batch be bearer because become becomes been beep before begin beginning begins behavior behaviour
behind being believe bell belongs below bench benchmark benchmarks best beta better between beyond bias big bigger
bigint bin binaries binary bind binding bindings birth bisect bit bitmap bits black blah blank blink blob block
blocked blocking blocks blue bodies body bogus bold book bool boolean boom booted bootstrap border both bottom bound
boundary bounded bounds box brace braces bracket brackets branch branches brand break breakdown breakpoints breaks
brew broadcast broken brown browser browsers bubble bubbles bucket buckets budget buf buffer buffered buffers bug bugs
build builder builders building builds built builtin bun bundle bundled bus busy but button buzz by bye bypass byte
bytes cache cached caches caching calculate calculated calendar call callable callback callbacks called caller callers
calling calls came can canary cancel canceled canceling cancellation cancelled candidate candidates cannot canonical
canvas cap capabilities capability capacity capped capture captured capturing car care carriage carried carry case
cases cast cat catch catches categories category caught cause caused causes cell center central certain certificate
certificates cgi cgo chain chained chaining challenge chan chance change changed changes changing channel channels
char character characters charging chars charset cheap check checked checker checking checkout checks checksum cheese
child children china choice choices choose chosen chrome chunk chunks cipher circular circularity city claim claimed
claims clang clash class classes classic classification classified classify classname clause clauses clean cleaned
cleaning cleanup clear cleared clearing cli click clicked client clients clock clone cloned cloning close closed
closes closing closure cls cmd coalesce code codes coding coefficient coerced coffee col cold collect collected
collecting collection collections collision collisions colon colons color colors cols column columns com combination
combine combined combining come comes comma command commands commas comment commented comments commit committed common
communicate communicating communication compact company comparable compare compared compares comparing comparison
comparisons compatibility compatible compile compiled compiler compiles compiling complain complement complete
completed completely completes completing completion complex compliant component components composite compound
compress compressed compression computation compute computed computer computing concatenate concatenated concatenation
concrete concurrency concurrent concurrently condition conditional conditions config configurable configuration
configure configured confirm confirmation conflict conflicting conflicts conform confusion connect connected
connecting connection connections connector consecutive consider considered considering consistency consistent console
const constant constants constrained constraint constraints construct constructed constructing construction
constructor consume consumed consumes contact contain contained container containing contains content contention
contents context contexts continuation continue continued continues continuing continuous contributes control controls
convenience conversion conversions convert converted converting converts cookie cookies coordinate coordinates copied
copies copy copying copyright core correct correctly correlation correspond corresponding corrupt corrupted corruption
cost could couldn count counter counters counting country counts courier cover coverage covered covers cpu crash
crashed cream create created creates creating creation credential credentials credits critical cross crypt crypto cs
css csv ctx culprit cumulative currency current currently cursor curve custom cut cutoff cwd cycle cycles cyclic
daemon dangerous dangling dark darwin dash data database datatype date dates datetime day days dead deadline deadlock
debug debugger debugging decide decimal decision declaration declarations declare declared declares decode decoded
decoder decodes decoding decompress decompressed decompressing decompression decorated decoration decorator decorators
decrease decreased decryption dedicated deep deeply def default defaulting defaults defer deferred defers define
defined defines defining definition definitions deflate dehydrated delay delayed delegate delete deleted deletes
deleting deletion delight delimiter delimiters delivery delta demand demo denied denominator denying depend
dependencies dependency dependent depending depends deprecated deprecation depth derive derived desc descending
describe describing description descriptor descriptors designed desired despite dest destination destroy destroyed
destroying detached detail detailed details detect detected detecting detection detector determine determined
deterministic dev development device devices diagnostic dial dialect dict dictionaries dictionary did didn die died
diff differ difference differences different differently differing differs digest digests digit digital digits digraph
dim dimension dimensions dir direct direction directive directives directly directories directory dis disable disabled
disables disagrees disallowed disallows disappeared disassemble discard discarded discarding disconnected discover
discovered discovery disk dispatch dispatched display displaying displays disposable disposal disposing disposition
dist distance distinct distinguish distributed distribution div divide divisible division divisor dns do doc docs
doctype document documentation documented documents doe does doesn dog doing dom domain domains don done dot dots
dotted double doubled down download downloading drain draw drive driver drivers drop dropped dropping dst due dummy
dump dumps duplicate duplicated duplicates durable duration during dwarf dynamic dynamically each earlier early easily
east eastern easy eat echo echoed edge edit edited editing editor effect effective efficient effort either elapsed
electron elem element elements elf eliminated ellipsis elliptic else em email emails embed embedded embeds emit emits
emitted emitting emoji empty emulation enable enabled enables enabling enc enclosed enclosing encode encoded encoder
encoding encountered encrypt encrypted encryption end ended ending endpoint ends enforced engine enough ensure ensures
ensuring enter entered entering entire entirely entity entries entropy entry enum enumerable enumerate enumeration env
envelope environment environments eof epilogue epoch equal equality equals equivalent err error errored errors es
escape escaped escapes escaping establish established etc eval evaluate evaluating evaluation even event events ever
every everything evil ex exact exactly example examples exceed exceeded exceeding exceeds except exception exceptions
excess excessive exchange exclude excluded excluding exclusive exclusively exec executable execute executed executes
executing execution executor exhausted exhaustion exhaustive exist existence existing exists exit exited exiting exits
exp expand expanded expands expansion expect expectation expected expecting expects expensive experimental expired
expires expiring expiry explanation explicit explicitly explorer exponent exponents export exported exports expose
expr expressed expression expressions ext extend extended extends extension extensions external extra extract
extracted extraction extraneous fa face facility factor factors factory facts fail failed failing fails failure
failures fake fall fallback falling false family far fast faster fastest fatal fault favor feature features feed
feedback fetch fetched fetching few fewer field fieldname fields figure file filename filenames filepath files
filesystem fill filled filter filtered filtering filters final finalized finalizing finally find finding finds fine
fingerprint finish finished finishes finishing finite fire fired first fit fits fix fixed flag flags flaky flat
flatten flattened flavor flavors float floating floats floor flow flows flush flushed flushing fmt focus fold folded
folder follow followed following follows font for forbidden force forced forcing foreground foreign forever forget
forgot forgotten fork form format formats formatted formatting forms forward forwarded found four fox fraction
fractional fragment frame frames framework free freebsd freed freeing frequency fresh from front frozen full fully fun
func funcname function functionality functions further future futures fuzz fuzzing gap gaps garbage gateway gave gen
general generally generate generated generates generating generation generator generators generic get gets getting gid
give given gives giving glob global globally globalthis gmt gnu go goal gob godebug goes going golang golden
gomaxprocs gone good goodbye google goos gopher gophers goroutine got gotten government grace grammar grant granted
granularity graph graphic graphics grass gray great greater greatest green greeting grew grid group grouping groups
grow growing growth gs guarantee guaranteed guarantees guard guess gzip ha hack hacker had half hand handle handled
handler handlers handles handling handshake handy hang happen happened happens happy hard hardware has hasattr hash
hashed hashes hashing hasn hat have haven having he head header headers heading health heap hear height held hello
helmet help helper helpers helpful here hex hexadecimal hi hidden hide hierarchical high higher highest highlight him
hint hints his history hit hits ho hold holder holding holds hole home hook hooks hope host hosted hostname hosts hot
hour hours how however href html http https huge human hung hydrate ice icon id idea ideal identical identified
identifier identifiers identifies identify identity idle ids idx if ignore ignored ignoring illegal image images
immediate immediately immutable imp implement implementation implementations implemented implementing implements
implicit implicitly implied implies import important imported importer importing imports impossible improper in
inaccessible inactive inappropriate include included includes including incoming incompatible incomplete inconsistency
inconsistent incorrect incorrectly increase increased increment incremental incremented indent indentation indented
index indexed indexes indexing indicate indicates indicating indicator indices indirect individual inexact inf infer
inferred infinite infinity info information inherit inheritance inherited init initial initialization initialize
initialized initializer initially initiating inject injected injecting injection inline inner input inputs insecure
insert inserted inserting insertion inserts inside inspect inspector install installation installed installing
installs instance instanceof instances instantiate instantiated instead instruction instructions instrumentation
insufficient int integer integers integral integrated integration integrity intel intended intentional intentionally
interaction interactive interesting interface interfaces interior interleaving intermediate intermediates internal
internally internals internet interpreted interpreter interrupt interrupted intersection interval intervals into
intrinsic introspection invalid invalidate invalidated invariant inverse inverted invocation invoke invoked invokes
invoking is isabsolute isinstance island isn iso isolation issue issued issues issuing it italics item items iter
iterable iterate iterating iteration iterations iterator iterators its itself jan javascript job jobs join joined
joining joins json jump jumped jumps junctions just keep keeping keeps kept kernel key keyed keys keyword keywords
kill killed killing kind know knowing known knows ks kwargs kwds la label labels lack lacks lambda land lang language
large larger largest last latency later latest latter lax layer layout lazy lead leader leading leads leaf leak leaked
leaking leaks learn least leave leaves leaving left leftmost leftover legacy legal len length lengths less let lets
letter letters level levels lib liberation libraries library license lifetime light lightweight like likely limit
limitation limited limiting limits line linear lineno lines link linkage linked linker linking links linux list listed
listen listener listening listing lists lit lite literal literals little live lives lo load loaded loader loaders
loading loads local locale localhost locally locals locate located location locations lock locked locking locks log
logged logger logging logic logical login logo logout logs lone long longer longest look looked looking looks lookup
loop looping loops lost lot lots loves low lower lowercase lowest ls ma mac machine machines macos macro made magic
mail mailbox main maintained major make makes making malformed malloc man manage managed management manager mandatory
manifest manipulate mantissa manual manually many map mapped mapper mapping mappings maps mar margin mark marked
marker markers marking marks markup marshal marshaled marshaling mask masked masks master match matched matches
matching math matrix matter max maximum maxlength may maybe me mean meaning meaningful means meant measure measured
measurements mechanism mechanisms media median medium member members membership memo memory men mention menu merge
merged merging message messages met meta metadata method methods metric metrics mi microsoft middle might migrate
migration millisecond milliseconds mime min mind mine minimal minimizing minimum minor minute minutes mirror
miscellaneous misdirected mismatch mismatched mismatching miss missed missing misuse mix mixed mixes mixing mixture
mmap mock mocking mocks mod mode model modern modes modification modified modifier modifiers modify module modules
modulus moment money mono month more most mount mountain mounted move moved moves moving ms msg mu much multi
multiline multipart multiple multiplication multiply multiprocessing must mutable mutate mutated mutating mutation
mutations mutually my mysterious name named names namespace nan nanoseconds nargs narrow native natural navigation
navigator near nearest necessary need needed needle needs negate negated negation negative negotiated negotiates
neither nest nested nesting net network networks never new newer newest newline next nice nil nine no node nodes non
nonce none nonzero nor norm normal normalization normalize normalized normally not notation note notes nothing notice
notification notify now npm nul null nulls num number numbers numeric numerical obj object objects observed observer
obsolete obtain obtained obvious occur occurred occurrence occurrences occurs octal octet octets odd of off official
offset offsets often oh oid okay old older oldest omit omitted on once one ones only onto oops opaque opcode open
opened opener opening opens opera operand operands operate operating operation operations operator operators opposite
opt optimization optimizations optimize optimized option optional optionally options opts or orange order ordered
ordering ordinal ordinary organization orientation origin original originally originated orphan orphaned other others
otherwise our out outcome outcomes outdated outer outlet outlining output outputs outside over overflow overflows
overhead overlap overlapped overlapping overlaps overlay overload overridden override overrides overriding overview
overwrite overwriting overwritten own owned owner ownership owns pa pack package packages packed packet packing pad
padding page pages pair pairs panic panicked panicking panics paper par paragraph parallel parallelism param parameter
parameters params parent parentheses parenthesis parenthesized parents parse parsed parseint parser parses parsing
part partial partially partition partitioned parts pass passed passes passing password past patch patched patches path
pathname paths pattern patterns pause pay payload payment peek peer pending people pep per percent percentage
percentile perform performance performed performing perhaps period perm permanent permanently permission permissions
permitted persist persisted persistent person pet phase phone phrase physical pi pick picked pickle pickled pickling
pid pie piece pieces ping pip pipe pipeline pipes pixel pixels pkg place placeholder placement plain plaintext plan
platform platforms playwright please plugin plugins plural plus pod point pointer pointers pointing points policy poll
pollution pool pop popped popping populate populated population port portable portion ports pos position positional
positions positive posix possible possibly post posts potential potentially power pre preamble precedence precedes
preceding precision precondition predicate prefer preference preferences preferred prefix prefixes prematurely prepare
prepared present preserve preserved preserving preset press pretty prev prevent preview previous previously primary
primitive primitives print printable printed printer printf printing prints prior priority private privileges
probability probably probe problem problems procedure proceed proceeding process processed processes processing
processor produce produced produces product production profile profiled profiles profiling prog program programming
programs progress progressive prohibited project projects promise prompt prompts proof prop propagated proper properly
properties property proportional proposal props protection proto protocol protocols prototype prove provide provided
provider providers provides providing proxies proxy pruning pseudo ptr public punctuation pure purpose purposes push
put pwd python qualified qualifier quantifier queries query question queue queued quick quickly quiet quit quite quota
quotation quote quoted quotes quotient race racy raise raised ran rand random randomize range ranges rank rare rate
rather ratio raw re reach reachable reached react read readable readall reader readfile reading reads ready real
really realm reason reasonable reasons rebuild rebuilds rebuilt receive received receiver receives receiving recent
recently recipient recipients recognize recognized recommended recompile reconnect record recorded recording records
recover recovered recovery recreate recursion recursive recursively red redefine redefined redefinition redirect
redirected redirection redirects reduce reduced reduction ref refer reference referenced references refers refill
reflect reflected reflection refresh refreshed refs refused refuses refusing regardless regenerate regex regexp region
regions register registered registering registers registration registrations registry regression regular reinstall
reject rejected rejecting rejection rejections rejects rel related relation relationship relationships relative
release released releases relevant reliable relies reload relocation rely remain remainder remained remaining remains
remember remote removal remove removed removes removing rename renamed render rendered rendering renders reopen
reopened repeat repeatable repeated repetition replace replaced replacement replaces replacing replay reply report
reported reporter reporters reporting reports repository repr represent representation represented representing
represents request requested requesting requests require required requirement requirements requires rerun res reserved
reset resets resetting resolution resolve resolved resolver resolves resolving resource resources respect respond
responded response responses rest restart restarted restoration restore restored restoring restrict restriction
restrictions result resulted resulting results resume resuming retained retries retrieve retrieved retrieves retry
retrying return returned returning returns reuse reused reusing reverse reversed revert revision revoked rewind
rewrite rewriting rfc riff right rights ring risk robots rock role roles rollback rolled roman room rooted roots
rotate rotated round rounded rounding rounds roundup route router routes routine row rows rs rule rules run rune runes
runner running runs runtime safe safely salt same sample sampled samples sampling sanity sans satisfied satisfy save
saved saving saw say says scalar scale scan scanned scanner scanning scenario schedule scheduled scheduler scheduling
schema schemas scheme schemes scissors scope scopes score scratch screen screenshot script scripts scroll sdk sealed
search searching second secondary seconds secret secrets section sections secure security see seed seeded seeds seeing
seek seeking seem seems seen sees segment segmentation segments select selected selecting selection selector selectors
selects self semantics semaphore semaphores semicolon send sender sending sends sense sensitive sent sentinel sep
separate separated separation separator seq sequence sequences sequential sequentially serial serialization serialize
serialized serializes series serve served server servers service services serving sesame session sessions set sets
setter settimeout setting settings settled setup seven several severity sh shallow shape share shared sharing she
shebang shelf shell shells shift shifted shim short shortcut shorter shorthand shortly should shouldn show shown shows
shrink shrinking shuffle shuffled shut shutdown shutting sibling side sidecar sides sig sigma sign signal signaled
signaling signals signature signatures signed significant significantly signing signs silence silent silently similar
similarly simple simply simulate simultaneous sin since single singleton singular sink sit site six size sizeof sizes
skew skip skipped skipping skips slash slashes slated sleep sleeping slept slice slices slicing slot slots slow slower
slowest slug small smaller snappy snapshot snapshots so socket sockets soft software sole solid some something
somewhat somewhere soon sorry sort sorted sorting sound source sources space spaces spam span spans sparse spawn
spawned spawning spec special specific specification specified specifier specifiers specifies specify specifying specs
spell spelling spent splice split splits splitting spread sprint spurious sql square src ssl stability stable stack
stacks stage stale stalled stamp standard star start started starting starts startup stat state statement statements
states static statically statistics stats status stay stays std stderr stdin stdout steal step steps sticky still stop
stopped stopping stops storage store stored stores storing str strategy strconv stream streaming streams street stress
strict strictly stride string stringer stringify strings strip stripped strong struct structural structure structures
stub stuck stuff style styles stylesheet sub subclass subclasses subdivision subject submit submitted subpath
subprocess subprogram subscript subscription subscriptions subsequent subset substitute substituted substitution
substring subsystem subtract succeed succeeded success successes successful successfully successive successor such
sufficient sufficiently suffix suitable suite suites sum summary sun sup super supplied supply support supported
supporting supports supposed suppress suppressed suppressing sure surrogate suspended swap swapped swaps sweep switch
switched switching symbol symbolic symbols symlink symmetric sync synchronization synchronous syntax syntaxerror sys
syscall system systems tab table tables tabs tag tagged tagname tags tail take taken takes taking tap tar target
targets task tasks teapot telemetry tell telling temp temperature template templates temporarily temporary term
terminal terminate terminated terminates terminating termination terminator terms terrible test tested tester testing
tests text than thank that the their them theme themes then there therefore these they thing things think third this
those though thread threads three threshold threw through throughput throw thrown throws thus ti tick ticks tilde time
timed timeout timer timers times timestamp timestamps timezone timing tint tiny title tls to today todo together tok
token tokens too took tool tools top topic topics total touch trace traceback tracer traces tracing track tracked
tracking traffic trailer trailing transaction transactions transcript transfer transferred transform transformation
transformed transforms transition transitions translate transmit transparent transport trap traverse treated tree
trials tried tries trigger triggered triggering triggers trim trimmed trip triple trivial trouble true truncate
truncated truncating truncation trust trusted try trying ts tuple tuples turn turned turns turtle twice two typ type
typed typeerror typeof types typescript typical typically typing uid uint uintptr um unable unassigned unauthorized
unavailable unbalanced unbound unbounded unchanged unclosed uncompressed undefined under underflow underline
underlying underscore understand undo undocumented unexpected unexpectedly unfinished unhandled unicode unified unify
unimplemented uninitialized uninstall union unique uniqueness unit units universal universe unix unknown unless unlock
unlocked unmarshal unmatched unnamed unnecessary unqualified unquote unquoted unreachable unread unreadable
unrecognized unrelated unreliable unresolved unsafe unset unsigned unspecified unstable unsupported unterminated until
unused unwind up update updated updates updating upgrade upgrading upload upon upper uppercase urgent uri url urls urn
us usable usage use used useful user username users uses using usually utc utilities utility uuid val valid validate
validated validating validation validity value values van var variable variables variant variants varint various vars
vector vendor verb verbatim verbose verbosity verification verified verify verifying version versions versus vertical
very vet via video view viewer views violation virtual visible visit visited visitor visual void volume vulnerable
wait waited waiter waiters waiting walk walking wall want wanted wants warm warn warning warnings was wasi wasm wasn
watch watcher way we weak web wed week weekday weight weighted weights weird welcome well went were west what whatever
when whence whenever where whether which while white whitespace who whole whose why wide width wildcard will win
window windows winter wire wish with within without woke won word words work worked worker workers working works world
worth would wrap wrapped wrapper wrappers wrapping wraps writable write writer writes writestring writing written
wrong wrongly wrote www xff xhtml xml xyz ye year years yellow yes yet yield yielded yo you your yourself zero zeroed
zeros zip zlib zone zones zoom
`;
