"""A tiny Llama with random weights and a tokenizer of its own: a real model that says nonsense."""

from __future__ import annotations

from pathlib import Path

SENTENCES = (
    "A sourdough starter is flour and water that wild yeast has made its home in.",
    "Feed it every day, keep it warm, and it will rise within hours.",
    "The baker weighs 500 grams of flour, 350 grams of water and 10 grams of salt.",
    "Fold the dough four times; then let it rest overnight in the fridge.",
    'A recipe may be kept as {"title": "bread", "minutes": 45, "vegan": true}.',
    "Wer früh backt, hat mittags Brot. Le pain est prêt à midi.",
)
TEMPLATE = (
    "{% for message in messages %}<|{{ message.role }}|>{{ message.content }}<|end|>{% endfor %}"
    "{% if add_generation_prompt %}<|assistant|>{% endif %}"
)
SPECIAL = ("<|pad|>", "<|end|>", "<|system|>", "<|user|>", "<|assistant|>")
CONTEXT = 256


def build(folder: Path, context: int = CONTEXT) -> Path:
    """Make the model, with about a million parameters, in the folder, and return the folder.

    The same model each time; torch's global seed stays as it is.
    """
    import torch
    from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
    from transformers import LlamaConfig, LlamaForCausalLM, PreTrainedTokenizerFast

    raw = Tokenizer(models.BPE())
    raw.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    raw.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=1024,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    raw.train_from_iterator(SENTENCES * 4, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=raw,
        **dict(zip(("pad_token", "eos_token"), SPECIAL, strict=False)),
        extra_special_tokens=list(SPECIAL[2:]),
    )
    tokenizer.chat_template = TEMPLATE
    tokenizer.save_pretrained(folder)
    config = LlamaConfig(
        vocab_size=1024,
        hidden_size=128,
        intermediate_size=384,
        num_hidden_layers=4,
        num_attention_heads=4,
        num_key_value_heads=2,
        max_position_embeddings=context,
        initializer_range=0.1,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        eos_token_id=tokenizer.eos_token_id,
    )
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(1)
        LlamaForCausalLM(config).save_pretrained(folder)
    return folder
