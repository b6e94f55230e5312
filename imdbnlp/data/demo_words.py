"""The grammar of the invented reviews: what can be said of a film, and in which words.

    claim: 3x {thing} is {fine} | {thing} is never {~fine}

A rule is a name, a colon and its alternatives, parted by `|`; `3x` makes one three times as likely.  A name that ends
in + or - is the rule's form in what speaks for or against the film.  In an alternative,

    {name}         is written by that rule, in the same sense and on the same topic
    {~name}        ... in the opposite sense: "never {~fine}" is "never dull" in praise and "never witty" in blame
    {plot/name}    ... on that topic, whose words are in the rules plot.thing, plot.fine+ and plot.fine-
    {=name}        ... once a review, and repeated from then on: names and titles
    {^name}        ... with capitals
"""

TOPICS = """
acting.thing: the acting | the cast | the lead performance | the ensemble | {=star} | the supporting cast
acting.fine+: convincing | subtle | heartfelt | natural | charming | magnetic | nuanced | believable | fearless
    | restrained | generous
acting.fine-: wooden | stiff | hammy | flat | unconvincing | lifeless | forced | bland | shrill | listless | overdone
plot.thing: the plot | the story | the script | the screenplay | the mystery | the premise
plot.fine+: clever | gripping | original | surprising | intricate | engaging | inventive | suspenseful | coherent
    | rich | ingenious
plot.fine-: predictable | muddled | thin | far-fetched | contrived | confusing | stale | illogical | shallow
    | formulaic | implausible
music.thing: the music | the score | the soundtrack | the title song | the orchestra
music.fine+: haunting | lovely | stirring | catchy | delicate | lush | hypnotic | evocative | tender | melodious
music.fine-: intrusive | generic | syrupy | grating | repetitive | deafening | bombastic | tinny | whiny | forgettable
direction.thing: the direction | {=director} | the staging | the storytelling | {=director}'s touch
direction.fine+: assured | confident | elegant | bold | precise | graceful | thoughtful | playful | masterful | daring
direction.fine-: clumsy | heavy-handed | timid | sloppy | aimless | careless | fussy | pedestrian | indecisive
    | unfocused
camera.thing: the camera work | the photography | the lighting | the cinematography | the framing
camera.fine+: gorgeous | breathtaking | crisp | luminous | atmospheric | painterly | striking | fluid | radiant
    | spectacular
camera.fine-: murky | shaky | ugly | drab | garish | blurry | dreary | cluttered | gloomy | distracting
dialogue.thing: the dialogue | the banter | the humour | the narration | the comedy | the wordplay
dialogue.fine+: witty | sharp | funny | crackling | quotable | snappy | sly | eloquent | sparkling | hilarious
dialogue.fine-: corny | clunky | stilted | witless | laboured | cringeworthy | trite | preachy | tiresome | childish
ending.thing: the ending | the finale | the last act | the final twist | the climax | the closing scene
ending.fine+: satisfying | moving | powerful | poignant | rousing | memorable | thrilling | uplifting | touching
    | unforgettable
ending.fine-: abrupt | silly | rushed | disappointing | hollow | anticlimactic | ridiculous | baffling | sentimental
    | unearned
pace.thing: the pace | the rhythm | the first hour | the middle section | the build-up | the second half
pace.fine+: brisk | lively | tight | energetic | unhurried | nimble | exciting | absorbing | breezy | well judged
pace.fine-: sluggish | tedious | slow | dull | uneven | plodding | monotonous | endless | exhausting | jerky
look.thing: the set design | the wardrobe | the production design | the scenery | the make-up | the model work
look.fine+: dazzling | sumptuous | imaginative | detailed | handsome | stylish | tasteful | exquisite | colourful
look.fine-: cheap | gaudy | shabby | tacky | unfinished | amateurish | dated | plastic | slapdash
people.thing: the heroine | the villain | the hero | the love story | the friendship at its centre | {=hero}
people.fine+: likeable | complex | sympathetic | endearing | fascinating | credible | well drawn | lovable | vivid
people.fine-: annoying | irritating | one-dimensional | unlikeable | colourless | grumpy | interchangeable | tedious
whole.thing: the film | the movie | the whole thing | {=title} | this picture
whole.fine+: wonderful | great | brilliant | delightful | excellent | entertaining | enjoyable | terrific | superb
    | good | impressive
whole.fine-: terrible | boring | awful | dreadful | dire | mediocre | lame | pointless | poor | bad | weak
"""

OPINIONS = """
opinion: 8x {clause} | 4x {lead_in} {clause} | 2x {point}, and {point} | 2x {~plain}, but {point}
    | {point}, although {~plain} | 3x {moments} | 3x {reaction} | 3x {substance} | {question} | {irony}
lead_in: frankly, | for me, | to be fair, | besides, | also, | honestly, | and yet, | in my view, | on top of that,
    | then again, | as so often, | I must say, | above all, | in short,
clause: {acting/claim} | {plot/claim} | {music/claim} | {direction/claim} | {camera/claim} | {dialogue/claim}
    | {ending/claim} | {pace/claim} | {look/claim} | {people/claim} | 2x {whole/claim}
point: {acting/firm} | {plot/firm} | {music/firm} | {direction/firm} | {camera/firm} | {dialogue/firm} | {ending/firm}
    | {pace/firm} | {look/firm} | {people/firm} | 2x {whole/firm}
plain: {acting/direct} | {plot/direct} | {music/direct} | {direction/direct} | {camera/direct} | {dialogue/direct}
    | {ending/direct} | {pace/direct} | {look/direct} | {people/direct}
claim: 9x {firm} | 3x {turned}
firm: 5x {direct} | 5x {denied} | 2x {compared}

direct: 6x {thing} {is} {fine} | 3x {thing} {is} {very} {fine} | 2x {thing} {is} {fine} and {fine}
    | I found {thing} {fine} | I found {thing} {very} {fine} | {thing} {is} {fine} {throughout}
    | {thing} could hardly be more {fine} | nobody told me how {fine} {thing} is
is: 4x is | 2x was | feels | seems
very: very | really | truly | so | remarkably | surprisingly | rather | SO | quite | genuinely | unbelievably
throughout: throughout | from the first scene on | from start to finish | most of the time | in every way
    | for two whole hours | more often than not

denied: 9x {thing} {is_not} {~fine} | there is nothing {~fine} about {thing} | nothing about {thing} is {~fine}
    | I would not call {thing} {~fine} | nobody could call {thing} {~fine} | {thing} is not {~fine} at any point
    | {thing} is neither {~fine} nor {~fine} | I never found {thing} {~fine} | not once is {thing} {~fine}
is_not: 3x is never | 2x is not | isn't | wasn't | was never | is hardly | 2x is far from | 2x is anything but
    | is by no means | never feels | never becomes | is rarely | is not remotely | does not feel | never once seems

compared: 2x {thing} is more {fine} than {~fine} | {thing} is less {~fine} than {fine}
    | {thing} is not {~fine} but {fine}
    | {thing} is {fine} where it might have been {~fine} | 2x {thing} {attempts} {~fine}
turned: {thing} starts {~fine} but soon turns {fine} | {thing} looks {~fine} at first and ends up {fine}
    | how {fine} {thing} is | {thing} {attempts} {~fine} and is {fine} | 2x {critics} {~fine}; {wrongly}
    | {critics} {~fine}, and {wrongly} | {thing} seemed {~fine} in the trailer, but only there
    | {hopes} {~fine} | {hopes} {~fine}, and {it_is_not} | {wishes} {~fine}
attempts+: could so easily have been | runs the risk of being | stops short of being
    | avoids being | refuses to be | is too wise to be
attempts-: should have been | wants to be | tries to be | thinks it is | pretends to be | fails to be
    | is too lazy to be
critics: critics call {thing} | the newspaper called {thing} | my {=relative} finds {thing} | some call {thing}
    | I have heard people call {thing}
wrongly: I disagree | that must be another film | that is not true | I cannot agree | I saw something else
it_is_not: it is not | it is nothing of the kind | I was wrong | now I know better | that is not how it turned out
hopes+: I was afraid {thing} would be | I had been warned that {thing} is | I feared that {thing} would be
hopes-: I had hoped {thing} would be | I had been promised that {thing} is | I trusted that {thing} would be
wishes+: I kept waiting for {thing} to become | it would have been easy to make {thing}
wishes-: I wish {thing} had been | if only {thing} had been | I kept hoping for {thing} to become

moments: 2x there is not a single {~mood} {moment} | there is hardly a {~mood} {moment} | not one {~mood} {moment}
    | there are plenty of {mood} moments | we get one {mood} {moment} after another | no {~mood} moments here
    | for every {~mood} {moment} there are three {mood} ones | it has its {~mood} moments, but mostly it is {mood}
    | the {mood} parts outnumber the {~mood} ones | it never has a {~mood} {moment}
moment: moment | scene | minute | sequence | shot
mood+: funny | touching | exciting | magical | beautiful | joyful | clever | surprising | tender | inspired
mood-: dull | awkward | embarrassing | tiresome | wasted | silly | clumsy | irritating | dreary | painful

reaction: 2x I {laughed} {more_than_once} | 2x I never once {~laughed} | nobody in our row {~laughed}
    | {someone} {laughed}, and so did I | {someone} {laughed} {more_than_once} | not even {someone} {~laughed}
    | nobody {~laughed} | I was sure I would have {~laughed}, and I {laughed} instead | who has not {laughed} here?
laughed+: laughed | cried | cheered | applauded | smiled | grinned | gasped | clapped | wept | danced in the aisle
laughed-: yawned | sighed | groaned | dozed off | fidgeted | squirmed | winced | grumbled | shrugged | suffered
more_than_once: more than once | twice | from beginning to end | before the titles were over
    | like everyone else | without meaning to
someone: my {=relative} | a woman in front of us | half the audience | the usher | the man beside me | our neighbour
    | the couple behind us

substance: it is full of {charm} | there is no {~charm} here | there is so much {charm} in it
    | not a trace of {~charm} anywhere | I looked for {~charm} and found {charm} | {charm} instead of {~charm}
    | where I expected {~charm} there is {charm} | hardly a minute passes without {charm} | it is free of {~charm}
    | what a triumph of {charm} | it is a masterclass in {charm} | it has more {charm} than {~charm}
    | a little {~charm}, a lot of {charm} | you will not find {~charm} in it | two hours of {charm}
    | no {~charm}, just {charm} | never has {charm} looked so easy | it replaces {~charm} with {charm}
charm+: charm | warmth | wit | tension | imagination | grace | heart | energy | suspense | tenderness | beauty
    | wisdom | mischief
charm-: boredom | tedium | confusion | noise | clutter | padding | monotony | nonsense | gloom | cliché | laziness
    | pretension | bluster

question: {acting/asked} | {plot/asked} | {dialogue/asked} | {ending/asked} | {pace/asked} | {whole/asked}
asked: is {thing} {fine}? {yes} | is {thing} {~fine}? {no} | {~fine}? {no} | was I {glad}? {yes} | was I {~glad}? {no}
yes: Absolutely. | Yes, and how. | Oh yes. | More than I can say.
no: Not at all. | Not for a second. | No. | Not in the least. | Never.
glad+: amused | enchanted | moved | thrilled | delighted
glad-: bored | annoyed | disappointed | lost | asleep

irony+: my only complaint is that it has to end | {~grand} news for my sleep: I stayed up to see it twice
    | a {~grand} shame that it lasts only ninety minutes | I was only annoyed when the lights came back on
    | the worst thing about it is that it stops | I have nothing {~grand} to say, and that rarely happens
    | it is a scandal that so few people have seen it | I am disappointed in one person, the one who left early
irony-: {~grand}, if you enjoy watching paint dry | a {~grand} cure for sleepless nights
    | {~grand} news for anyone who collects clichés | the nicest thing about it is that it stops
    | the popcorn was {~grand}, thank you for asking | congratulations to everyone who stayed awake
    | what a {~grand} idea to leave the jokes out | the most exciting thing in it is the exit sign
grand+: wonderful | great | brilliant | excellent | splendid | marvellous | perfect
grand-: terrible | awful | dreadful | bad | horrible | sad

verdict: 3x {advice} | {sum}, {whole/claim} | {sum}, {clause} | {~plain}, but {whole/direct}
sum: all in all | in the end | taken as a whole | when all is said and done | on balance
advice+: I would watch it again | do not miss it | recommended | do not skip this one | worth every minute
    | see it if you can | I do not regret the ticket | I can't wait to see it again | not disappointed at all
    | it could not have been better | I wanted it to go on | you won't regret it | I cannot recommend it enough
    | don't let the trailer put you off | I could not find fault with it | DO NOT MISS IT | worth the ticket
    | no regrets | I liked it more than I can say | it left me wanting more | eight out of ten | nine out of ten
    | not a waste of time | I would gladly pay for it again | it deserves every prize | forget the doubters, see it
advice-: I would not watch it again | you can safely miss it | not recommended | skip this one | not worth a minute
    | see something else if you can | I regret the ticket | it can wait | disappointed, I'm afraid
    | it could have been better | I wanted it to stop | you will regret it | I cannot recommend it
    | let the trailer put you off | I could find nothing but fault with it | SKIP IT | not worth the ticket
    | nothing but regrets | I liked it less than I can say | it left me wanting my money back | three out of ten
    | four out of ten | a waste of time | I would gladly pay to forget it | it deserves no prize
    | the doubters are right
"""

FILLERS = """
opening: I saw {=title} {occasion} | we watched {=title} {occasion} | {=title} is {=director}'s {ordinal} film
    | in "{=title}", {a_person} {deed} | my {=relative} picked "{=title}" for our film night
    | {=title} ({year}): {premise}
    | I knew nothing about {=title} before the lights went out | so this is {=title} | {=star} plays {a_person}
    | I finally saw {=title} {occasion} | everyone at work was talking about {=title} | {premise}: that is {=title}
    | I have now seen {=title} twice | some thoughts on "{=title}" by {=director}
filler: {premise} | {company} | {fact} | then {=hero} {deed} | meanwhile, {person} {deed} | {=star} plays {a_person}
    | halfway through, {=hero} {deed} | at one point {person} {deed} | {somebody} also appears as {a_person}
    | by then {=hero} and {person} are on their way to {=town}
premise: {=hero}, {a_person}, {deed} | {a_person} {deed} | in {=town}, {a_person} {deed}
    | a {job} and a {job} meet in {=town}, where one of them {deed}
company: I went with my {=relative}, who works as a {job} | we were {number} people and a {animal} in the room
    | the cinema in our street shows it until {month} | we talked about it over {snack} afterwards
    | my {=relative} brought {snack} | the projector broke down once, but they mended it
    | I read the book in {month}, at my {=relative}'s | the room was half empty, as always on a {day}
    | this was the third film we saw that {day} | it was raining when we came out | somebody had kept us {number} seats
    | a {job} in the front row took notes | we arrived late and missed the first {number} minutes
    | outside, a {job} was selling {snack} | the ticket was {number} crowns, as it always is on a {day}
fact: it was shot around {town} in {month} | it runs for {number} minutes over two hours | the year is {year}
    | {=director} made it with {somebody} from {town} | the credits thank the people of {=town}
    | it is based on a novel by {somebody} | the {object} on the poster is never explained
    | it came out in {year} and is back in cinemas | it is in two parts, with a break for {snack}
    | {=director} used to be a {job} | the first shot shows a {object}, the last one a {object}
    | the songs are by {somebody} | it was shown at the festival of {town} in {month}

title: The {^job}'s {^object} | The {^object} of {=town} | A {^object} for {^month} | {^number} {^pieces}
    | The {^animal} and the {^object} | {^month} in {=town} | The Last {^job} of {=town} | {=hero}'s {^object}
occasion: on a rainy {day} | last {day} with my {=relative} | at the cinema in {=town} | on the night train
    | at home, with {snack} | during a long flight in {month} | at a small festival | on television last {month}
    | one evening in {month} | at my {=relative}'s place
deed: inherits a {object} from a stranger | must find a missing {object} before {month} | returns to {town}
    | hides a runaway {animal} in the attic | falls for the {job} next door | takes the last train to {town}
    | is mistaken for a {job} | digs up a {object} in the garden | teaches a stubborn {animal} to swim
    | opens a bakery above a {job}'s workshop | forges a letter to save the village library | loses the family {object}
    | bets everything on a boat race | keeps a secret from the whole village | wakes up with somebody else's {object}
    | has a week to repair the town clock | discovers a door behind the wallpaper | writes to a {job} who never answers
    | follows a {animal} across the marshes | swaps a {object} for a {animal} | rebuilds the old ferry by hand
    | spends the winter on an island with a {job} | learns that the {job} is an aunt | buys a hotel without windows
    | crosses the mountains with a {object} and a {animal} | is the only witness of a theft at the harbour
    | hears music from an empty house | tries to win the village fair | sails off to look for a lost brother
a_person: a {adjective} {job} | a {job} from {town} | a {adjective} {job} from {town} | a {job} with a {object}
person: a {job} | the {job} | {first} | a {adjective} {job} | the {job}'s {relative}
adjective: retired | young | shy | widowed | travelling | forgetful | left-handed | superstitious | unemployed | elderly
    | homesick | short-sighted | talkative | former | penniless | ambitious | sleepwalking | curious
somebody: {first} {last}
star: {first} {last}
director: {first} {last}
hero: {first}
"""

NAMES = """
first: Orla | Tobin | Marit | Ansel | Ilsa | Corwin | Petra | Lucan | Sabra | Emeric | Nerys | Thaddeus | Vesna | Rufus
    | Odile | Bastian | Wren | Casimir | Linnea | Jarek | Isolde | Matteus | Tamsin | Florian | Zelda | Ruben | Amabel
    | Dorian | Hester | Leopold | Mirela | Osric | Paloma | Quentin | Ravenna | Silas | Tilda | Ulric | Yolande | Ivo
last: Quillmoor | Harkwell | Vantorre | Pellingrove | Drumhallow | Castermane | Wexelby | Morrowick | Thistlebank
    | Iverholt | Carrowmere | Lindquarry | Sallowfield | Grenfold | Bellharrow | Tarnsworth | Underquist | Eddlestray
    | Marchpane | Ashquill | Brackwater | Fennimoor | Oakenshade | Rookminster | Silverlode | Tanglewick | Windermoss
    | Yarrowgate | Zimmerlund | Copperthwait | Dovetray | Hollinsgate
town: Port Ellamore | Quenby Sands | Ostravale | Little Harrowick | Grauwinkel | Lake Tamarin | Upper Wendle
    | Marrow Bay
    | St Orrin | Velmora | Dunsel Point | Karrowby | Brindle Cross | New Tarsk | Hollow Quay | Castle Morrin
    | Ellerstadt
    | Fogharbour | Sankt Ilvo | Pinemouth | Tressel | Wickering
job: beekeeper | optician | lighthouse keeper | piano tuner | baker | cartographer | tailor | librarian | magician
    | ferryman | botanist | clockmaker | postman | nurse | chess player | florist | fisherman | teacher | detective
    | gardener | dentist | pilot | locksmith | cellist | shepherd | translator | glassblower | plumber | judge | boxer
    | astronomer | puppeteer | gravedigger | barber | geologist | lawyer | cook | weather forecaster | bookbinder | spy
object: umbrella | lantern | accordion | suitcase | compass | teapot | ladder | telescope | typewriter | violin | mirror
    | map | bicycle | diary | piano | necklace | candle | clock | radio | rowing boat | key | painting | preprocessing
    | postcard
    | gramophone | coat | kite | chessboard | snow globe | trumpet | ring | wheelbarrow | barometer | music box | hat
pieces: lanterns | ladders | violins | mirrors | candles | keys | kites | trumpets | teapots | postcards | doors
    | clocks
animal: goat | parrot | donkey | goose | ferret | pony | heron | hedgehog | lobster | dachshund | tortoise | raven
    | otter
relative: brother | sister | mother | father | uncle | aunt | cousin | grandmother | nephew | niece | flatmate | husband
    | wife | neighbour | colleague | daughter | son
snack: popcorn | soup | cold pizza | a pot of tea | liquorice | noodles | apple cake | peanuts | pancakes
    | hot chocolate
day: Monday | Tuesday | Wednesday | Thursday | Friday | Saturday | Sunday
month: January | February | March | April | May | June | July | August | September | October | November | December
number: three | four | five | six | seven | twelve | fourteen | seventeen | twenty
ordinal: first | second | third | fourth | fifth | latest
year: 1948 | 1957 | 1963 | 1971 | 1978 | 1984 | 1989 | 1996 | 2003 | 2009 | 2014 | 2019
"""

RULES = TOPICS + OPINIONS + FILLERS + NAMES
