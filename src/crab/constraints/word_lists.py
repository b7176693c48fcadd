"""The closed lists of words that the rules on style look for: pronouns and number words.

Each list says which words count. The doubtful ones beside it count for some readers and not for
others: a rule is met whether they occur or not, but none is proposed for a text that holds one.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["CONTRACTIONS", "NUMBER_WORDS", "PRONOUNS", "UNSPACED", "WordList"]


class WordList(NamedTuple):
    """Words that count and words that count for some."""

    words: frozenset[str]
    """In lower case; one that ends in an apostrophe counts only with it, like French ``j'``."""
    doubtful: frozenset[str] = frozenset()
    """In lower case."""
    as_written: frozenset[str] = frozenset()
    """Words that count with exactly these capitals."""
    doubtful_endings: tuple[str, ...] = ()
    """How words end that may hold one of the words, like Spanish ``decirme``."""


def _list(words: str, doubtful: str = "", as_written: str = "", endings: str = "") -> WordList:
    sets = [frozenset(part.split()) for part in (words, doubtful, as_written)]
    return WordList(sets[0], sets[1], sets[2], tuple(endings.split()))


UNSPACED = frozenset({"zh", "ja"})
"""Languages without spaces: there a word counts wherever its letters stand."""

PRONOUNS: dict[str, dict[str, WordList]] = {
    "en": {
        "first": _list(
            "i me my mine myself we our ours ourselves ourself",
            "us im ive id ill let' meself",
            "us Us",
        ),
        "second": _list(
            "you your yours yourself yourselves y' thou thee thy thine thyself ye",
            "yall ya yer youre youve youll u ur",
        ),
    },
    "es": {
        "first": _list(
            """yo me mí mi mis mío mía míos mías conmigo nosotros nosotras nos nuestro nuestra
            nuestros nuestras""",
            endings="me melo mela melos melas rnos donos monos",
        ),
        "second": _list(
            """tú te ti tu tus tuyo tuya tuyos tuyas contigo usted ustedes ud uds vos vosotros
            vosotras os vuestro vuestra vuestros vuestras""",
            "su sus suyo suya suyos suyas le les",
            endings="rte dote rtelo rtela rle rles dole doles",
        ),
    },
    "fr": {
        "first": _list(
            """je j' me m' moi mon ma mes mien mienne miens miennes nous notre nos nôtre nôtres""",
            "on j m",
        ),
        "second": _list(
            """tu te t' toi ton ta tes tien tienne tiennes vous votre vos vôtre vôtres""",
            "t tiens",
        ),
    },
    "de": {
        "first": _list(
            """ich mich mir mein meine meinen meinem meiner meines meins wir uns unser unsere
            unseren unserem unserer unseres unsre unsren unsrem unsrer unsres unsers""",
        ),
        "second": _list(
            """du dich dir dein deine deinen deinem deiner deines deins euch euer eure euren eurem
            eurer eures""",
            "sie ihnen ihr ihre ihren ihrem ihrer ihres",
            "Sie Ihnen Ihr Ihre Ihren Ihrem Ihrer Ihres",
        ),
    },
    "it": {
        "first": _list(
            "io me mi m' mio mia miei mie noi nostro nostra nostri nostre",
            "ci c' ce m",
            endings="rmi domi mmi rci doci moci",
        ),
        "second": _list(
            "tu te ti t' tuo tua tuoi tue voi vostro vostra vostri vostre",
            "lei suo sua suoi sue vi ve",
            endings="rti doti rvi dovi",
        ),
    },
    "pt": {
        "first": _list(
            """eu me mim meu minha meus minhas comigo nós nosso nossa nossos nossas conosco
            connosco""",
            "nos gente",
        ),
        "second": _list(
            """tu te ti teu tua teus tuas contigo você vocês vós vosso vossa vossos vossas convosco
            vc vcs""",
            "vos seu sua seus suas senhor senhora",
        ),
    },
    "ru": {
        "first": _list(
            """я меня мне мной мною мой моя моё мое мои моего моей моему моим моём моем моих моими
            мою мы нас нам нами наш наша наше наши нашего нашей нашему нашим нашем наших нашими
            нашу""",
        ),
        "second": _list(
            """ты тебя тебе тобой тобою твой твоя твоё твое твои твоего твоей твоему твоим твоём
            твоем твоих твоими твою вы вас вам вами ваш ваша ваше ваши вашего вашей вашему вашим
            вашем ваших вашими вашу""",
        ),
    },
    "nl": {
        "first": _list("ik mij me mijn mijne mezelf wij we ons onze onszelf", "m' m k"),
        "second": _list("jij je jou jouw jouwe jezelf jullie u uw uwe uzelf gij ge"),
    },
    "sv": {
        "first": _list("jag mig mej min mitt mina vi oss vår vårt våra"),
        "second": _list("du dig dej din ditt dina er ert era eder", "ni"),
    },
    "zh": {
        "first": _list("我 咱 俺", "吾 余 予 本人 笔者 筆者 在下 鄙人"),
        "second": _list("你 您 妳", "汝 尔 爾 君 阁下 閣下 贵公司 贵方 贵校 貴公司 貴方 貴校 祢"),
    },
    "ja": {
        "first": _list(
            "私 わたし わたくし あたし 僕 ぼく ボク 俺 おれ オレ 我々 我ら 我が われわれ",
            "我 うち 自分 弊社 当社 小生 筆者 手前 わし",
        ),
        "second": _list(
            "あなた あんた 貴方 貴女 お前 おまえ 貴様",
            "アナタ 君 きみ キミ 御社 貴社 皆さん 皆様 みなさん てめえ",
        ),
    },
}
"""First-person and second-person pronouns and possessives by language."""

NUMBER_WORDS: dict[str, WordList] = {
    "en": _list(
        """two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
        sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
        hundred hundreds thousand thousands million millions billion billions trillion trillions""",
        """zero nought nil one ones half halves quarter quarters dozen dozens fourty twos threes
        fours fives sixes sevens eights nines tens elevens twelves twenties thirties forties fifties
        sixties seventies eighties nineties quadrillion first second third fourth fifth sixth
        seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth
        seventeenth eighteenth nineteenth twentieth thirtieth fortieth fiftieth hundredth thousandth
        millionth thirds fifths tenths hundredths thousandths""",
    )
}
"""Cardinal numbers from two, written as words."""

CONTRACTIONS: WordList = _list(
    """it's he's she's that's what's who's where's when's why's how's there's here's let's y'all
    c'mon d'you d'ye""",
    """gonna wanna gotta lemme gimme kinda sorta dunno outta oughta hafta lotta innit ain aint isnt
    arent wasnt werent dont doesnt didnt cant couldnt wont wouldnt shouldnt mustnt hasnt havent
    hadnt neednt im ive id youre youve youll youd theyre theyve theyll hes shes thats whats whos
    wheres theres heres lets yall til tis twas""",
)
"""English contractions that no ending gives away; in doubt, those written without apostrophe."""
