"""Words of which common passwords are made; those of 12 and more characters add to them."""

_WORDS = """
password passwort passw0rd passcode passphrase pass contrasena contraseña clave secreto secret
letmein welcome bienvenido bienvenidos login signin logon access open opensesame abracadabra
admin administrator adminadmin root user username guest test testing tester default changeme
change newpassword oldpassword mypassword thepassword yourpassword nopassword temppassword temp
temporary qwerty qwertyuiop qwertz azerty asdf asdfgh asdfghjkl zxcvbn zxcvbnm qazwsx qazwsxedc
wsxedc qweasd qweasdzxc asdasd qweqwe zaqwsx onetwothree onetwothreefour abc abcd abcde abcdef
abcdefg abcdefgh iloveyou iloveu ihateyou loveyou loveme lovely lover love teamo tequiero amor
amorcito mylove babygirl babyboy baby princess princesa prince king queen angel angels angelito
jesus jesuschrist christ godisgood godislove god heaven blessed faith trinity lucifer devil
dragon monkey master mustang shadow sunshine superman batman spiderman ironman captain starwars
startrek matrix pokemon pikachu naruto minecraft fortnite roblox nintendo playstation xbox
football baseball basketball softball soccer hockey tennis golf golfer futbol barcelona
realmadrid liverpool arsenal chelsea manchester yankees cowboys eagles steelers packers raiders
lakers bulls celtics dodgers redsox giants patriots broncos dolphins vikings jordan kobe michael
jennifer jessica ashley amanda michelle nicole daniel andrew joshua matthew anthony robert thomas
william charlie george harley maggie buster ginger pepper tigger hunter ranger tiger lion bear
wolf eagle falcon phoenix cat kitten kitty doggy puppy dog horse butterfly flower flowers rose
lily daisy summer winter spring autumn fall verano invierno primavera otono monday tuesday
wednesday thursday friday saturday sunday lunes martes miercoles jueves viernes sabado domingo
january february march april may june july august september october november december enero
febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre today
tomorrow forever freedom liberty america american usa unitedstates texas california florida
newyork chicago boston dallas houston denver seattle phoenix sacramento portland atlanta miami
vegas lasvegas hawaii alaska london paris mexico puertorico cookie cookies chocolate cheese
banana apple orange lemon cherry peach coffee pizza butter sugar honey candy whiskey tequila
computer internet server network windows microsoft google facebook instagram twitter youtube
amazon apple iphone android samsung yahoo hotmail gmail email outlook oracle cisco hacker
hackers killer trustno trustnoone whatever nothing something anything everything letmeinnow
letmeinplease please thankyou sorry goodbye hello helloworld hellohello hola holahola goodmorning
goodluck lucky happy happiness smile peace friend friends family familia mother father mommy
daddy mama papa brother sister money dinero cash rich million dollar dollars office work
business company manager boss supervisor officer probation parole pretrial court courts courthouse
judge justice county state city government sheriff police deputy lawyer attorney public defender
clerk casemanager client clients caseload agency department social services service services
clientcomm message messages messaging texting phone telephone mobile orange purple yellow green
blue black white silver gold golden red pink diamond crystal rainbow star stars moon sun sky
ocean river mountain thunder lightning storm fire ice water earth rock metal metallica nirvana
beatles music guitar piano drums dance dancer singer rockstar corvette camaro ferrari porsche
mercedes toyota honda chevrolet chevy ford mustangs truck racing nascar harleydavidson yamaha
kawasaki magic wizard merlin gandalf hobbit zelda mario sonic pirate ninja samurai warrior
soldier army navy marine marines airforce military semperfi cowboy maverick gunner sniper hunter
fishing hunting camping cheerleader student teacher school highschool college university class
correcthorsebatterystaple thisismypassword thisisapassword thequickbrownfox maytheforcebewithyou
ilovemyself ilovemyfamily ilovemykids ilovemydog ilovemycat iamawesome iamtheboss ilovejesus
sesame aaaaaa zzzzzz xxxxxx foobar lorem ipsum loremipsum blahblah blah sample example demo
"""

COMMON_WORDS: frozenset[str] = frozenset(_WORDS.split())

KEYBOARD_RUNS = (
    "qwertyuiop",
    "qwertyuiopasdfghjklzxcvbnm",
    "qwertzuiopasdfghjklyxcvbnm",
    "azertyuiopqsdfghjklmwxcvbn",
    "asdfghjkl",
    "zxcvbnm",
    "qazwsxedcrfvtgbyhnujmikolp",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik9ol0p",
    "1q2w3e4r5t6y7u8i9o0p",
    "q1w2e3r4t5y6u7i8o9p0",
    "!qaz@wsx#edc$rfv%tgb^yhn",
    "1234567890qwertyuiop",
    "123456789",
    "1234567890",
    "0123456789",
    "147258369",
    "159357",
    "123321",
    "112233445566778899",
    "12345",
    "123456",
    "1234",
    "123",
    "!@#$%^&*()",
    "abcdefghijklmnopqrstuvwxyz",
    "abc123",
    "123abc",
    "a1b2c3d4e5f6g7h8i9",
)
"""Walks over keyboards of several countries, and counting; also read backwards."""
