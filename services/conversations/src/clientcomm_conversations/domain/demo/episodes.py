"""What the made-up people text each other about.

`>` is the case manager, `<` the client, `~` a reminder on a schedule; braces are filled in.
"""

Episode = tuple[str, ...]

ENGLISH: tuple[Episode, ...] = (
    (
        (
            "> Hi {first}, this is {me} at {office}. Your next court date is {day} at {time} in "
            "room {room}. How will you get there?"
        ),
        "< my cousin can drive me",
        "> Great. Plan to be there 20 minutes early, security can be slow.",
        "< ok will do thank you",
        (
            "~ Reminder: court tomorrow, {day}, at {time}, room {room}. Reply here if anything "
            "comes up. {me}"
        ),
        "< ill be there",
    ),
    (
        (
            "~ Hi {first}, a reminder that you have an office visit with me on {day} at {time}. "
            "Can you make it? {me}"
        ),
        "< Yes",
    ),
    (
        "> {first}, your appointment is {day} at {time} at {place}. Please bring a pay stub.",
        "< can i come at lunch instead? i start work at 8 now",
        "> Congratulations on the job! 12:15 works. See you then.",
        "< thank u {me}",
    ),
    (
        "< hey this is {first} i missed my bus, gonna be like 20 min late",
        "> Thanks for telling me. Come when you can, I will let the desk know.",
        "< ok on the next one now",
    ),
    (
        "> Hi {first}, did you get the paperwork from the class signed?",
        "< yes she signed it friday",
        "> Good. You can text me a picture of the first page.",
        "< will do when im home",
    ),
    (
        "< When is my next court date? I lost the paper",
        "> It is {day} at {time}, room {room}, {place}.",
        "< Thank you so much",
        "> You are welcome. I will remind you the day before.",
    ),
    (
        "> Hi {first}, checking in. How is the new schedule working out with your meetings?",
        "< good. went to 2 this week",
        "> That is great to hear. Keep it up.",
    ),
    (
        "> {first}, you were not at our visit this morning. Is everything all right?",
        "< sorry my daughter was sick and my phone died",
        "> I understand. Can you come {day} at {time} instead?",
        "< yes i can do that",
        "> I wrote it down. See you then.",
    ),
    (
        "< hi {me} i moved in with my sister last weekend",
        "> Thanks for letting me know, {first}. Please send me the address and from when.",
        "< 88 Orchard Lane apt 4, since saturday",
        "> Got it, I updated your file.",
    ),
    (
        "> Hi {first}, you have 12 of 40 community service hours. Do you need another site?",
        "< the food bank said i can come saturdays",
        "> Good choice. Ask Ms. Aldana there to sign your sheet each time.",
        "< ok",
    ),
    (
        "< do i still have to come in if i start the night shift",
        "> Yes, but we can find a time. Does {day} at {time} work?",
        "< thats fine",
    ),
    (
        (
            "> {first}, there is a bus pass for you at the front desk. You can pick it up any day "
            "before 4."
        ),
        "< thank you that helps a lot",
    ),
    (
        (
            "~ Reminder: you have court on {day} at {time} in room {room}. Missing it can lead to "
            "a warrant. Text me if there is a problem. {me}"
        ),
        "< ok got it",
    ),
    (
        "< Hi, I got a job interview the same time as our appointment on {day}",
        "> Go to the interview! Let us meet the day after, same time.",
        "< Wow thank you",
        "> Good luck, {first}. Tell me how it goes.",
        "< they said they will call me monday!",
    ),
    (
        "> Hi {first}, the court moved your hearing. The new date is {day} at {time}, room {room}.",
        "< so not this week?",
        "> Right, not this week. The new date is the only one that counts.",
        "< ok thanks for telling me",
    ),
    (
        "< can you call me when you get a chance",
        "> I am in court until 3. Is it all right if I call after that?",
        "< yes thats fine",
    ),
    (
        "> {first}, please call the lab today to make an appointment for your test.",
        "< i called they have {day} {time}",
        "> Perfect, thank you.",
    ),
    (
        "> Nice work finishing the first part of the class, {first}.",
        "< thanks it was better than i thought",
    ),
)

SPANISH: tuple[Episode, ...] = (
    (
        (
            "> Hola {first}, soy {me} de {office}. Su próxima audiencia es el {day} a las {time}, "
            "sala {room}. ¿Cómo va a llegar?"
        ),
        "< mi hermano me lleva",
        "> Muy bien. Llegue 20 minutos antes, por favor.",
        "< si gracias",
        "~ Recordatorio: audiencia mañana, {day}, a las {time}, sala {room}. {me}",
        "< ok ahi estare",
    ),
    (
        "~ Hola {first}, le recuerdo su cita conmigo el {day} a las {time}. ¿Puede venir? {me}",
        "< Si",
    ),
    (
        "< buenos dias, voy a llegar tarde por el trafico",
        "> Gracias por avisar. Aquí lo esperamos.",
        "< gracias, ya casi llego",
    ),
    (
        "> Hola {first}, por favor traiga el comprobante de pago a la cita del {day}.",
        "< esta bien",
    ),
    (
        "< perdi el papel, cuando es mi corte?",
        "> Es el {day} a las {time}, sala {room}, {place}.",
        "< muchas gracias",
    ),
    (
        "> Hola {first}, ¿cómo le va con el trabajo nuevo?",
        "< bien, me dieron mas horas",
        "> Qué bueno. Avíseme si cambia su horario.",
        "< claro que si",
    ),
)

WELCOME = {
    "en": (
        "Hi {first}, this is {me}, your case manager at {office}. You can reach me at this "
        "number. Reply STOP for no more texts, HELP for help. Can you tell me that this arrived?"
    ),
    "es": (
        "Hola {first}, soy {me}, de {office}. Puede escribirme a este número. Responda STOP "
        "para no recibir más mensajes, HELP para ayuda. ¿Me confirma que le llegó?"
    ),
}
WELCOME_ANSWERS = {
    "en": ("yes got it", "Yes hi", "ok saved your number", "got it thx"),
    "es": ("si me llego", "Sí, gracias", "ok ya lo guarde"),
}
UNREAD_LAST = {
    "en": (
        "hey {me} can we move my appointment on {day}?",
        "is court still at {time}",
        "i got the paper signed, where do i bring it",
        "my phone number is changing next week",
        "Sorry I missed your call, I was at work",
        "what floor is it on",
        "do you know if the bus runs that early",
        "good news i got the job!!",
    ),
    "es": (
        "hola {me}, puedo cambiar mi cita del {day}?",
        "a que hora es la corte",
        "ya tengo el papel firmado",
    ),
}
UNKNOWN_SENDERS: tuple[tuple[str, ...], ...] = (
    ("hi is this the pretrial office? this is my new number", "its about my court date"),
    ("My brother asked me to text you, he has no phone until friday",),
    ("wrong number? somebody gave me this for rides to court",),
    ("Hola, quiero saber cuando tengo que ir a la oficina",),
)
OFFICE_CLOSED = (
    "{office}: our office is closed on {day}. If you have an appointment that day, your case "
    "manager will text you a new time. Court dates do not change."
)
CLOSING_WORDS = (
    "> {first}, your case was closed today. Thank you for sticking with it, and all the best.",
    "< thank you for everything {me}",
)
